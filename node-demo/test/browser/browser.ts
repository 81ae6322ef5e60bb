// A demo of its own for every test, and Chromium to look at it. Everything a page complains about fails the test.

import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { after, afterEach, before, beforeEach, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';

import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';

const DEMO = fileURLToPath(new URL('../../demo.js', import.meta.url));
/** Screenshots are an output of the run, not part of the tree. */
const SCREENSHOTS = fileURLToPath(new URL('../../../../target/browser/', import.meta.url));
const CHROMIUM = [process.env['CHROMIUM'], '/usr/bin/chromium', '/usr/bin/google-chrome'];
/** For a machine with much else to do. */
const PATIENCE_MILLISECONDS = 60_000;

export interface OpenOptions extends BrowserContextOptions {
  /** What the page may complain about, because the test provokes it. */
  expected?: RegExp;
}

export interface Demo {
  readonly url: string;
  open(context: TestContext, options?: OpenOptions): Promise<Page>;
  /** Another tab of the same phone user. */
  openBeside(page: Page): Promise<Page>;
  /** The books of WeChat Pay. */
  platformOrders(): Promise<{ outTradeNo: string; state: string }[]>;
}

/**
 * A browser for the tests of one file, and a demo for each: WeChat Pay repeats its callbacks, and those of one test would
 * come in the next.
 */
export function useDemo(): Demo {
  let browser: Browser | undefined;
  let program: ChildProcess | undefined;
  let url = '';

  before(async () => {
    mkdirSync(SCREENSHOTS, { recursive: true });
    const executablePath = CHROMIUM.find((path) => path !== undefined && existsSync(path));
    assert.ok(executablePath, 'install chromium, or name it in CHROMIUM');
    browser = await chromium.launch({
      executablePath,
      args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update'],
    });
  });
  beforeEach(async () => {
    program = spawn(process.execPath, [DEMO, '--port', '0'], {
      env: { ...process.env, NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    url = await addressOf(program);
  });
  afterEach(() => {
    program?.kill('SIGKILL');
  });
  after(async () => {
    await browser?.close();
  });

  async function open(test: TestContext, options: OpenOptions = {}): Promise<Page> {
    assert.ok(browser);
    const { expected, ...contextOptions } = options;
    const viewport = { width: 1440, height: 900 };
    const context = await browser.newContext({ locale: 'zh-CN', viewport, ...contextOptions });
    context.setDefaultTimeout(PATIENCE_MILLISECONDS);
    const complaints: string[] = [];
    context.on('console', (message) => {
      const text = message.text();
      if (message.type() === 'error' && !expected?.test(text)) complaints.push(text);
    });
    context.on('weberror', (error) => complaints.push(String(error.error())));
    await context.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', (violation) => {
        console.error(`CSP: ${violation.violatedDirective} ${violation.blockedURI}`);
      });
    });
    test.after(async () => {
      await context.close();
      assert.deepEqual(complaints, []);
    });
    return visit(await context.newPage());
  }

  async function visit(page: Page): Promise<Page> {
    await page.goto(`${url}/`);
    await page.locator('.tab-bar button').first().waitFor();
    return page;
  }

  return {
    get url() {
      return url;
    },
    open,
    openBeside: async (page) => visit(await page.context().newPage()),
    platformOrders: async () => {
      const { simulatorUrl } = (await (await fetch(`${url}/demo.json`)).json()) as {
        simulatorUrl: string;
      };
      const answer = await fetch(`${simulatorUrl}/_simulator/orders`);
      return (await answer.json()) as { outTradeNo: string; state: string }[];
    },
  };
}

function addressOf(program: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    program.stdout?.on('data', (chunk: Buffer) => {
      output += chunk.toString('utf8');
      const address = /Open +(http:\S+)\//.exec(output)?.[1];
      if (address !== undefined) resolve(address);
    });
    program.on('close', (code) => reject(new Error(`the demo ended with ${code}: ${output}`)));
  });
}

export async function screenshot(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: `${SCREENSHOTS}${name}.png`, animations: 'disabled' });
}

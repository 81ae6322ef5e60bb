import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';

import { countCases } from './support/cases.js';

const cases = countCases('boundaries');
const ROOT = new URL('../../', import.meta.url);

/** What the sources under a folder import from outside it. */
function imports(folder: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const file of readdirSync(new URL(folder, ROOT), { recursive: true, encoding: 'utf8' })) {
    if (!/\.(ts|js)$/.test(file)) continue;
    const source = readFileSync(new URL(`${folder}/${file}`, ROOT), 'utf8');
    for (const [, name = ''] of source.matchAll(/(?:from|import|import\()\s*'([^'.][^']*)'/g)) {
      found.set(name, file);
    }
  }
  assert.ok(found.size > 0 || folder === 'page' || folder === 'miniprogram', `${folder} imports nothing, which cannot be`);
  return found;
}

describe('the parties', () => {
  it('share no cryptography: the simulator has node:crypto and no dependency at all', () => {
    for (const [name, file] of imports('simulator/src')) {
      assert.match(name, /^node:/, `simulator/src/${file} imports ${name}`);
    }
    const manifest = JSON.parse(readFileSync(new URL('simulator/package.json', ROOT), 'utf8'));
    assert.equal(manifest.dependencies, undefined);
    assert.equal(manifest.peerDependencies, undefined);
    cases.positive();
  });

  it('share no cryptography: the backend has wechatpay-wasm and not node:crypto', () => {
    const found = imports('backend/src');
    assert.ok(found.has('wechatpay-wasm'));
    for (const name of ['node:crypto', 'crypto', 'wechatpay-simulator']) {
      assert.ok(!found.has(name), `backend/src/${found.get(name)} imports ${name}`);
    }
    cases.positive();
  });

  it('meet over HTTP only: page and mini program import nothing from outside their folders', () => {
    assert.deepEqual([...imports('page').keys()], []);
    assert.deepEqual([...imports('miniprogram').keys()], []);
    cases.positive();
  });
});

describe('the lock file', () => {
  it('names no registry and no tarball', () => {
    const lock = readFileSync(new URL('package-lock.json', ROOT), 'utf8');
    assert.ok(!lock.includes('://'));
    assert.ok(!lock.includes('.tgz'));
    cases.positive();
  });
});

describe('the Dockerfile', () => {
  it('copies only what is there', () => {
    const dockerfile = readFileSync(new URL('Dockerfile', ROOT), 'utf8');
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)];
    const paths = copied.flatMap(([, list = '']) => list.split(' '));
    assert.ok(paths.length > 5);
    for (const path of paths) assert.ok(existsSync(new URL(path, ROOT)), path);
    cases.positive();
  });
});

describe('.env.example', () => {
  it('names exactly the variables the backend reads', () => {
    const example = readFileSync(new URL('.env.example', ROOT), 'utf8');
    const documented = new Set(
      Array.from(example.matchAll(/^(?:# )?([A-Z][A-Z0-9_]+)=/gm), ([, name]) => name),
    );
    const config = readFileSync(new URL('backend/src/config.ts', ROOT), 'utf8');
    const read = new Set(
      Array.from(config.matchAll(/'([A-Z][A-Z0-9]*_[A-Z0-9_]+|HOST|PORT)'/g), ([, name]) => name),
    );
    assert.deepEqual([...documented].sort(), [...read].sort());
    cases.positive();
  });
});

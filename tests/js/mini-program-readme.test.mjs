// The recipes for mini programs, run as they stand in the README.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { after } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'

import { suite } from './support/cases.mjs'
import {
  AES_KEY,
  APPID,
  TEXT,
  TOKEN,
  encryptBlocks,
  framed,
  good,
  pad,
  push,
  sha1Sorted,
} from './support/message-push.mjs'
import { APP_SECRET, SESSION_KEY, encrypt } from './support/mini-program.mjs'
import { recipes } from './support/recipes.mjs'

const english = recipes('wasm/README.md')
const folder = fileURLToPath(new URL('package/recipes/', import.meta.url))
mkdirSync(folder, { recursive: true })
const environment = {
  WECHAT_APPID: APPID,
  WECHAT_APP_SECRET: APP_SECRET,
  WECHAT_PUSH_TOKEN: TOKEN,
  WECHAT_PUSH_AES_KEY: AES_KEY,
}
Object.assign(process.env, environment)

const written = (name, heading) => {
  const path = `${folder}${name}.mjs`
  writeFileSync(path, english.get(heading))
  return path
}

const login = suite('readme/mini_program')
const { login: logIn, phoneNumber } = await import(pathToFileURL(written('login', 'Mini program login and user data')))
const { fetch } = globalThis
const answering = async (answer, run) => {
  const asked = []
  globalThis.fetch = async (url) => {
    asked.push(url)
    return new Response(answer, { headers: { 'Content-Type': 'text/plain' } })
  }
  try {
    return { result: await run(), asked }
  } finally {
    globalThis.fetch = fetch
  }
}
login.accepts('logs a user in and reads the phone number', async () => {
  const answer = JSON.stringify({ openid: 'o6', session_key: SESSION_KEY })
  const { result, asked } = await answering(answer, () => logIn('0b3x'))
  assert.equal(result, 'o6')
  const url = `https://api.weixin.qq.com/sns/jscode2session?appid=${APPID}&secret=${APP_SECRET}`
  assert.deepEqual(asked, [`${url}&js_code=0b3x&grant_type=authorization_code`])
  const timestamp = Math.floor(Date.now() / 1000)
  const data = JSON.stringify({ purePhoneNumber: '13580006666', watermark: { appid: APPID, timestamp } })
  assert.equal(phoneNumber('o6', encrypt(SESSION_KEY, Buffer.alloc(16, 1), data)), '13580006666')
})
login.denies('a code is used twice', async () => {
  const { warn } = console
  const said = []
  console.warn = (...words) => said.push(words)
  try {
    const answer = answering('{"errcode":40163,"errmsg":"code been used"}', () => logIn('0b3x'))
    await assert.rejects(answer, { name: 'WechatApiError', errcode: 40163, retryable: false })
    assert.deepEqual(said[0].slice(0, 2), [40163, false])
  } finally {
    console.warn = warn
  }
})
login.refuses('old user data', 'ERR_TIMESTAMP_OUTSIDE_WINDOW', () => {
  const data = JSON.stringify({ purePhoneNumber: '1', watermark: { appid: APPID, timestamp: 1 } })
  return phoneNumber('o6', encrypt(SESSION_KEY, Buffer.alloc(16, 1), data))
})

const server = started()
const pushes = suite('readme/message_push')
pushes.accepts('answers the check of its URL', async () => {
  const { send } = await server
  const query = { timestamp: '1714036504', nonce: '1514711492', echostr: '4375120948345356249' }
  const response = await send({ query: { ...query, signature: sha1Sorted(TOKEN, query.timestamp, query.nonce) } })
  assert.deepEqual([response.status, await response.text()], [200, query.echostr])
})
for (const xml of [false, true]) {
  pushes.accepts(`takes a push in ${xml ? 'XML' : 'JSON'}`, async () => {
    const { send } = await server
    const response = await send(good({ xml }))
    assert.deepEqual([response.status, await response.json()], [200, { ErrCode: 0, ErrMsg: 'success' }])
    const other = await send(push(encryptBlocks(pad(framed('{"Event":"debug_demo"}'))), { xml }))
    assert.deepEqual([other.status, await other.text()], [200, 'success'])
  })
}
pushes.denies('a forged push is taken', async () => {
  const { send, said } = await server
  const forged = { ...good(), body: push(encryptBlocks(pad(framed(TEXT.replace('1', '2'))))).body }
  assert.equal((await send(forged)).status, 401)
  assert.equal((await send({ ...good(), body: TEXT })).status, 401)
  assert.equal((await send({ query: { nonce: '1' } })).status, 401)
  for (const code of ['ERR_MAC_INVALID', 'ERR_BODY_MALFORMED', 'ERR_ARGUMENT_INVALID'])
    assert.ok(said().includes(code), said())
})

async function started() {
  const port = await new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address()
      probe.close(() => resolve(port))
    })
  })
  const child = spawn(process.execPath, [written('message-push', 'Message push')], {
    env: { ...process.env, PORT: String(port) },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  after(() => child.kill())
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text) => (said += text))
  const send = ({ query, body }) =>
    fetch(`http://127.0.0.1:${port}/push?${new URLSearchParams(query)}`, {
      method: body === undefined ? 'GET' : 'POST',
      body,
    })
  for (;;) {
    assert.equal(child.exitCode, null, said)
    const there = await send({ query: {} }).catch(() => undefined)
    if (there !== undefined) return { send, said: () => said }
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

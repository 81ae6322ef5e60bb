import type * as declared from '../types/testing.js'
import { clock, keyBytes, members, optionalText, reading, text } from './arguments.js'
import { sentBody } from './body.js'
import { invalidArgument } from './errors.js'
import { enter } from './extras-instance.js'
import { randomNonce } from './random.js'

const CREATE_TIME_ZONE = '+08:00'

export class TestPlatform implements declared.TestPlatform {
  readonly serial: string
  readonly publicKey: string
  readonly #privateKey: Uint8Array
  readonly #brand: boolean

  constructor(options: declared.TestPlatformOptions) {
    const given = members(options, 'new TestPlatform', ['serial', 'privateKey', 'publicKey', 'brand'])
    this.serial = text(given.serial, 'serial')
    this.#privateKey = keyBytes(given.privateKey, 'privateKey')
    this.publicKey = text(given.publicKey, 'publicKey')
    if (given.brand !== undefined && typeof given.brand !== 'boolean') throw invalidArgument('brand must be true or false')
    this.#brand = given.brand ?? false
    this.#use(() => undefined)
  }

  static async generate(
    serial: string = 'PUB_KEY_ID_0000000000000000000000000001',
    options: { brand?: boolean | undefined } = {},
  ): Promise<TestPlatform> {
    const { brand } = members(options, 'TestPlatform.generate', ['brand'])
    const algorithm = {
      name: 'RSASSA-PKCS1-v1_5',
      hash: 'SHA-256',
      modulusLength: 2048,
      publicExponent: new Uint8Array([1, 0, 1]),
    }
    const pair = (await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as CryptoKeyPair
    const [privateKey, publicKey] = await Promise.all([
      crypto.subtle.exportKey('pkcs8', pair.privateKey),
      crypto.subtle.exportKey('spki', pair.publicKey),
    ])
    return new TestPlatform({
      serial,
      privateKey: new Uint8Array(privateKey),
      publicKey: pem('PUBLIC KEY', publicKey),
      brand: brand as boolean | undefined,
    })
  }

  get platformKey(): { serial: string; key: string } {
    return { serial: this.serial, key: this.publicKey }
  }

  notification(content: declared.NotificationContent): declared.Delivery {
    const given = members(content, 'notification', [
      'apiV3Key',
      'resource',
      'id',
      'createTime',
      'eventType',
      'originalType',
      'summary',
      'now',
      'fault',
    ])
    const now = clock(given.now, 'now')
    const resource = reading('resource', () => {
      return typeof given.resource === 'string' ? given.resource : (JSON.stringify(given.resource) as string | undefined)
    })
    if (resource === undefined) throw invalidArgument('resource must be an object or JSON text')
    const apiV3Key = keyBytes(given.apiV3Key, 'apiV3Key')
    const fault = optionalText(given.fault, 'fault')
    const id = optionalText(given.id, 'id') ?? randomNonce()
    const createTime = optionalText(given.createTime, 'createTime') ?? beijingTime(now)
    const eventType = optionalText(given.eventType, 'eventType') ?? 'TRANSACTION.SUCCESS'
    const originalType = optionalText(given.originalType, 'originalType') ?? 'transaction'
    const summary = optionalText(given.summary, 'summary') ?? ''
    return this.#use((platform) =>
      delivery(
        platform.notification(
          id,
          createTime,
          eventType,
          originalType,
          summary,
          resource,
          apiV3Key,
          now,
          fault,
        ),
      ),
    )
  }

  response(content: declared.ResponseContent): declared.Delivery {
    const given = members(content, 'response', ['body', 'now', 'fault'])
    const body = sentBody(given.body)
    const now = clock(given.now, 'now')
    const fault = optionalText(given.fault, 'fault')
    return this.#use((platform) => delivery(platform.response(body, now, fault)))
  }

  static get faults(): declared.Fault[] {
    const pairs = enter((module) => module.testFaults())
    const faults: declared.Fault[] = []
    for (let at = 0; at < pairs.length; at += 2) {
      faults.push({ name: pairs[at], code: pairs[at + 1] } as declared.Fault)
    }
    return faults
  }

  #use<T>(work: (platform: TestPlatformHandle) => T): T {
    return enter((module) => {
      const platform = new module.TestPlatformHandle(this.serial, this.#privateKey, this.#brand)
      try {
        return work(platform)
      } finally {
        platform.free()
      }
    })
  }
}

type TestPlatformHandle = InstanceType<typeof import('../dist/bindings/extras/wechatpay.js')['TestPlatformHandle']>

function delivery(made: { headers: [string, string][]; body: string }): declared.Delivery {
  return { headers: Object.fromEntries(made.headers), body: made.body }
}

function beijingTime(seconds: number): string {
  const shifted = new Date((seconds + 8 * 3600) * 1000)
  return shifted.toISOString().slice(0, 19) + CREATE_TIME_ZONE
}

function pem(label: string, der: ArrayBuffer): string {
  const base64 = btoa(String.fromCharCode(...new Uint8Array(der)))
  return `-----BEGIN ${label}-----\n${base64.match(/.{1,64}/g)?.join('\n')}\n-----END ${label}-----\n`
}

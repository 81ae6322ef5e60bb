import { invalidArgument } from './errors.js'
import { items, keyBytes, members, optionalText, text, tolerance } from './arguments.js'
import { HostKeys } from './host.js'
import type { Bindings } from './instance.js'
import { ExternalSigner } from './signers.js'

export interface PlatformKeyBytes {
  serial: string | undefined
  key: Uint8Array
}

export function platformKeys(given: unknown): PlatformKeyBytes[] {
  const keys = items(given, 'platformKeys', '{ serial, key } objects')
  return keys.map((entry, at) => platformKey(entry, `platformKeys[${at}]`))
}

export function platformKey(given: unknown, place: string): PlatformKeyBytes {
  const { serial, key } = members(given, place, ['serial', 'key'])
  return { serial: optionalText(serial, `${place}.serial`), key: keyBytes(key, `${place}.key`) }
}

/** The keys parsed, inside whichever module. */
export function platformKeyList(
  module: Pick<Bindings, 'PlatformKeyList'>,
  keys: readonly PlatformKeyBytes[],
): PlatformKeyList {
  const list = new module.PlatformKeyList()
  for (const { serial, key } of keys) list.add(serial, key)
  return list
}

type PlatformKeyList = InstanceType<Bindings['PlatformKeyList']>

/** The options of a merchant, checked for their types and copied: a fresh instance of the module needs them again. */
export class Credentials {
  readonly mchid: string | undefined
  readonly brandId: string | undefined
  readonly serialNo: string
  readonly tolerance: number
  /** The same keys, where the host computes with them. */
  readonly hostKeys: HostKeys | undefined
  /** Who signs where the private key is not here. */
  readonly signer: ExternalSigner | undefined
  readonly #privateKey: Uint8Array | undefined
  readonly #certificate: Uint8Array | undefined
  readonly #apiV3Key: Uint8Array
  readonly #platformKeys: PlatformKeyBytes[]

  constructor(options: unknown) {
    const given = members(options, 'new Merchant', [
      'mchid',
      'brandId',
      'serialNo',
      'privateKey',
      'signer',
      'certificate',
      'apiV3Key',
      'platformKeys',
      'tolerance',
      'engine',
    ])
    this.brandId = optionalText(given.brandId, 'brandId')
    this.mchid = this.brandId === undefined ? text(given.mchid, 'mchid') : undefined
    if (this.brandId !== undefined && given.mchid !== undefined) {
      throw invalidArgument('mchid and brandId exclude each other: a request is signed by a merchant or by a brand')
    }
    this.serialNo = text(given.serialNo, 'serialNo')
    this.tolerance = tolerance(given.tolerance)
    this.hostKeys = HostKeys.for(given.engine)
    this.#platformKeys = platformKeys(given.platformKeys)
    if (given.signer !== undefined && given.privateKey !== undefined) {
      throw invalidArgument('privateKey and signer exclude each other: either the key is here, or who signs with it')
    }
    if (given.signer === undefined && given.certificate !== undefined) {
      throw invalidArgument('certificate checks what a signer signs, and there is none: leave it out')
    }
    this.signer = given.signer === undefined ? undefined : new ExternalSigner(given.signer)
    this.#privateKey = this.signer === undefined ? keyBytes(given.privateKey, 'privateKey') : undefined
    this.#certificate = given.certificate === undefined ? undefined : keyBytes(given.certificate, 'certificate')
    this.#apiV3Key = keyBytes(given.apiV3Key, 'apiV3Key')
  }

  /** The parsed keys, inside the module. */
  parse(module: Bindings): InstanceType<Bindings['MerchantHandle']> {
    this.hostKeys?.wipe()
    return new module.MerchantHandle(
      this.brandId !== undefined,
      this.brandId ?? (this.mchid as string),
      this.serialNo,
      this.#privateKey,
      this.#certificate,
      this.#apiV3Key,
      platformKeyList(module, this.#platformKeys),
      this.tolerance,
      this.hostKeys !== undefined,
    )
  }

  /** Remembers a key that was added to the parsed ones. */
  addPlatformKey(key: PlatformKeyBytes): void {
    this.#platformKeys.push(key)
  }

  wipe(): void {
    this.#privateKey?.fill(0)
    this.#apiV3Key.fill(0)
    this.hostKeys?.wipe()
  }
}

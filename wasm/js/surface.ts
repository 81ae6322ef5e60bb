// Never bundled: it fails to compile when what is exported is not what types/ declares, to the last member.
import type * as declaredOfAdapters from '../types/adapters.js'
import type * as declaredOfClient from '../types/client.js'
import type * as declared from '../types/index.js'
import type * as declaredForShangmi from '../types/shangmi.js'
import type * as declaredOfSlim from '../types/slim.js'
import type * as declaredForTesting from '../types/testing.js'
import * as actualOfAdapters from './adapters/index.js'
import * as actualOfClient from './client/index.js'
import * as actual from './index.js'
import * as actualForShangmi from './shangmi.js'
import type { MerchantImplementation } from './merchant.js'
import * as actualOfSlim from './slim/index.js'
import * as actualForTesting from './testing.js'

// A private constructor is not comparable from outside.
actual satisfies Omit<typeof declared, 'WechatApiError' | 'WechatPayApiError'>
actualForShangmi satisfies Omit<typeof declaredForShangmi, 'WechatApiError' | 'WechatPayApiError'>
actualOfSlim satisfies Omit<typeof declaredOfSlim, 'WechatApiError' | 'WechatPayApiError'>
actualForTesting satisfies typeof declaredForTesting
actualOfAdapters satisfies typeof declaredOfAdapters
actualOfClient satisfies Omit<typeof declaredOfClient, 'WechatPayRequestError'>

/** Exports, and members of exported classes, that a reader of the declarations would not find. */
type Undeclared<Actual, Declared> = {
  [Name in keyof Actual]: Name extends keyof Declared
    ? Actual[Name] extends { prototype: infer Instance }
      ? Declared[Name] extends { prototype: infer Known }
        ? Exclude<keyof Instance, keyof Known> | Exclude<keyof Actual[Name], keyof Declared[Name]>
        : Name
      : never
    : Name
}[keyof Actual]

type Nothing<Names extends never> = Names
export type Checked = Nothing<
  | Undeclared<typeof actual, typeof declared>
  | Exclude<keyof MerchantImplementation, keyof declared.Merchant>
  | Undeclared<typeof actualOfSlim, typeof declaredOfSlim>
  | Undeclared<typeof actualForTesting, typeof declaredForTesting>
  | Undeclared<typeof actualOfAdapters, typeof declaredOfAdapters>
  | Undeclared<typeof actualOfClient, typeof declaredOfClient>
>

// What must be refused, as on every runtime.
import { negative } from '../runtimes/conformance/negative.mjs'
import { context } from './support/conformance.mjs'

await negative(context)

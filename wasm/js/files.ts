import type * as declared from '../types/index.js'
import { text } from './arguments.js'
import { enter } from './instance.js'

export function responseSignature(url: string): declared.ResponseSignature {
  const checked = text(url, 'url')
  return enter((module) => module.responseSignature(checked)) as declared.ResponseSignature
}

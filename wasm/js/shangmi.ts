// The one module of 国密 has everything; a test platform over another module would not know SM2.
export * from './index.js'
export { TestPlatform } from './testing.js'

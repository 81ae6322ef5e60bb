export { nodeSigner } from './signer.js'

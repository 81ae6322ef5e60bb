// Loaded before anything else: no package under measurement reaches the network.
import dns from 'node:dns'
import net from 'node:net'

const blocked = () => {
  throw new Error('a package tried to reach the network during a measurement')
}
net.Socket.prototype.connect = blocked
dns.lookup = blocked
globalThis.fetch = blocked

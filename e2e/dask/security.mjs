import { strict as assert } from 'node:assert'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '../../tools/program.mjs'

const INSTALL_OPENSSL = 'there is no openssl, which makes the certificates (Debian: apt-get install openssl)'

/** Who may take part in a cluster with certificates. */
export async function securityTests(stage) {
  const folder = stage.consumer.folder
  const own = await makeCertificates(folder, 'own')
  if (own === undefined) return { 'a cluster with certificates': async () => INSTALL_OPENSSL }
  const foreign = await makeCertificates(folder, 'foreign')
  const on = (nthreads, test) => stage.on(nthreads, test, { certificates: own })
  const security = ({ ca, cert, key }) => JSON.stringify({ tlsCaFile: ca, tlsClientCert: cert, tlsClientKey: key })
  return {
    'with its certificates, one speaks to a cluster by tls:// and wss://, as files or as texts': on([1, 1], async (cluster) => {
      await stage.run(
        cluster,
        'tls.mjs',
        `import { readFileSync } from 'node:fs'
         import { Client } from 'daskflow'
         const files = ${security(own)}
         const texts = Object.fromEntries(Object.entries(files).map(([key, file]) => [key, readFileSync(file, 'utf8')]))
         for (const [address, security] of [[process.argv[2], files], ['${cluster.wsAddress}', texts]]) {
           const client = await Client.create({ address, security })
           const parts = client.map((n) => new Float64Array(1_000).fill(n), [1, 2, 3, 4])
           assert.equal(await client.submit((...parts) => parts.reduce((sum, part) => sum + part[0], 0), parts), 10)
           await client.close()
         }`,
      )
    }),
    'without them, or with others, there is one clear error': on([1], async (cluster) => {
      const output = await stage.run(
        cluster,
        'no-tls.mjs',
        `import { DaskExecutionBackend } from 'daskflow'
         const own = ${security(own)}
         const tries = { none: undefined, nameless: { tlsCaFile: own.tlsCaFile }, foreign: ${security(foreign)} }
         for (const address of [process.argv[2], '${cluster.wsAddress}'])
           for (const [name, security] of Object.entries(tries)) {
             const error = await new DaskExecutionBackend({ address, security, timeout: 10_000 }).start().catch((error) => error)
             console.log(address.split(':')[0], name, error.code, error.message)
           }
         const plain = await new DaskExecutionBackend({ address: process.argv[2].replace('tls', 'tcp'), timeout: 2_000 }).start().catch((error) => error)
         console.log('plain', plain.code, plain.message)`,
      )
      for (const scheme of ['tls', 'wss']) {
        const because = (why) => `ERR_COMM_CLOSED Could not connect to ${scheme}:\\S+: ${why}`
        assert.match(output, new RegExp(`^${scheme} none ${because('its certificate is not signed by.*tlsCaFile')}`, 'm'))
        assert.match(output, new RegExp(`^${scheme} foreign ${because('its certificate is not signed by.*tlsCaFile')}`, 'm'))
        assert.match(output, new RegExp(`^${scheme} nameless ${because('it asks for a certificate: .*tlsClientCert')}`, 'm'))
      }
      assert.match(output, /^plain ERR_COMM_CLOSED Could not connect to tcp:/m)
    }),
    'a gateway shows the certificates for those who have its token': on([1], async (cluster) => {
      stage.consumer.write('token', 'the-token-of-this-gateway')
      const refused = cluster.daskflow('gateway', ['gateway', cluster.address, '--tls-cert', own.cert])
      await refused.said(/needs a token/)
      const address = await cluster.gateway(['--token-file', 'token'])
      await stage.run(
        cluster,
        'through-gateway.mjs',
        `import { Client } from 'daskflow'
         const client = await Client.create({ address: '${address}', security: { token: 'the-token-of-this-gateway' } })
         assert.equal(await client.submit((n) => n + 1, [1]), 2)
         await client.close()`,
      )
    }),
    'a worker of another cluster is not let in': on([], async (cluster) => {
      const { ca, cert, key } = foreign
      const args = ['worker', cluster.address, '--tls-ca-file', ca, '--tls-cert', cert, '--tls-key', key]
      const worker = cluster.daskflow('foreign worker', args)
      await worker.said(/Could not connect to tls:.* certificate .*--tls-ca-file/)
    }),
  }
}

/** Of a cluster: who signs, and what is signed. Answers their paths; `undefined` without openssl. */
async function makeCertificates(folder, name) {
  const path = (file) => join(folder, `${name}-${file}`)
  const paths = { ca: path('ca.pem'), cert: path('cert.pem'), key: path('key.pem') }
  writeFileSync(path('extensions'), 'subjectAltName=DNS:cluster.example\n')
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  const steps = [
    ['req', '-x509', ...newKey, '-subj', `/CN=${name} authority`, '-days', '2', '-keyout', path('ca-key.pem'), '-out', paths.ca],
    ['req', ...newKey, '-subj', `/CN=${name}`, '-keyout', paths.key, '-out', path('request.pem')],
    ['x509', '-req', '-in', path('request.pem'), '-CA', paths.ca, '-CAkey', path('ca-key.pem'), '-CAcreateserial'].concat([
      '-days',
      '2',
      '-extfile',
      path('extensions'),
      '-out',
      paths.cert,
    ]),
  ]
  for (const args of steps) {
    const { code, output } = await run('openssl', args)
    if (code !== 0 && output.includes('ENOENT')) return undefined
    assert.equal(code, 0, output)
  }
  return paths
}

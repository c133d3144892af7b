// The certified provider, with one person who is always there: whoever asks is signed in at once.
// Prints its issuer when it listens; one client for each algorithm that ID tokens may be signed with.
import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';

const [redirectUri, secret] = process.argv.slice(2);
const ALGORITHMS = ['RS256', 'ES256', 'EdDSA'];

const key = (type, options, alg) => {
  const { privateKey } = generateKeyPairSync(type, options);
  return { ...privateKey.export({ format: 'jwk' }), kid: alg, alg, use: 'sig' };
};
const jwks = {
  keys: [
    key('rsa', { modulusLength: 2048 }, 'RS256'),
    key('ec', { namedCurve: 'P-256' }, 'ES256'),
    key('ed25519', {}, 'EdDSA'),
  ],
};

const person = {
  sub: 'lin', name: '林佳穎', email: 'lin@mail.example', email_verified: true,
};

const configuration = {
  jwks,
  clients: ALGORITHMS.map((alg) => ({
    client_id: `city-${alg}`,
    client_secret: secret,
    redirect_uris: [redirectUri],
    response_types: ['code'],
    grant_types: ['authorization_code'],
    token_endpoint_auth_method: 'client_secret_basic',
    id_token_signed_response_alg: alg,
  })),
  enabledJWA: { idTokenSigningAlgValues: ALGORITHMS },
  acrValues: ['verified'],
  claims: { openid: ['sub', 'acr', 'amr'], profile: ['name'], email: ['email', 'email_verified'] },
  features: { devInteractions: { enabled: false } },
  findAccount: (ctx, sub) => ({ accountId: sub, claims: () => ({ ...person, sub }) }),
  // Nobody is asked to agree: everything that a client asks for is granted.
  async loadExistingGrant(ctx) {
    const grant = new ctx.oidc.provider.Grant({
      clientId: ctx.oidc.client.clientId,
      accountId: ctx.oidc.session.accountId,
    });
    grant.addOIDCScope('openid profile email');
    await grant.save();
    return grant;
  },
  interactions: { url: (ctx, interaction) => `/interaction/${interaction.uid}` },
  cookies: { keys: [secret] },
};

const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, configuration);
  provider.use(async (ctx, next) => {
    if (!ctx.path.startsWith('/interaction/')) return next();
    const login = { accountId: person.sub, acr: 'verified', amr: ['pwd', 'sc'] };
    return provider.interactionFinished(ctx.req, ctx.res, { login });
  });
  server.on('request', provider.callback());
  console.log(issuer);
});
// It ends with whoever started it.
process.stdin.on('end', () => process.exit(0)).resume();

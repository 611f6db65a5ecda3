/**
 * The same sign-up as one would build it from parts: Hono, better-auth with its phone-number plugin, Drizzle on D1,
 * svg-captcha in KV. Same URLs, so that one client drives both. The password hash is PBKDF2 of PASSWORD_ITERATIONS,
 * as in the product, so that neither side is measured by its hash.
 */
import { betterAuth } from 'better-auth';
import { drizzleAdapter } from 'better-auth/adapters/drizzle';
import { phoneNumber } from 'better-auth/plugins/phone-number';
import { drizzle } from 'drizzle-orm/d1';
import { Hono } from 'hono';
import svgCaptcha from 'svg-captcha';
import * as schema from './schema.js';

const CAPTCHA_LIFETIME_S = 300;

const hasher = (iterations) => ({
  async hash(password) {
    const salt = crypto.getRandomValues(new Uint8Array(16));
    return `${hex(salt)}:${hex(await derive(password, salt, iterations))}`;
  },
  async verify({ hash, password }) {
    const [salt = '', digest] = hash.split(':');
    return hex(await derive(password, Uint8Array.fromHex(salt), iterations)) === digest;
  },
});

async function derive(password, salt, iterations) {
  const bytes = new TextEncoder().encode(password);
  const key = await crypto.subtle.importKey('raw', bytes, 'PBKDF2', false, ['deriveBits']);
  const algorithm = { name: 'PBKDF2', hash: 'SHA-256', salt, iterations };
  return new Uint8Array(await crypto.subtle.deriveBits(algorithm, key, 256));
}

const hex = (bytes) => bytes.toHex();

const auths = new WeakMap();

/** Made once per isolate, as the product does with what it derives from its environment. */
function authOf(env) {
  let auth = auths.get(env);
  auth ??= betterAuth({
    secret: env.SECRET_KEY,
    baseURL: 'http://localhost:8787',
    telemetry: { enabled: false },
    rateLimit: { enabled: false },
    database: drizzleAdapter(drizzle(env.DB, { schema }), { provider: 'sqlite', schema }),
    emailAndPassword: { enabled: true, password: hasher(Number(env.PASSWORD_ITERATIONS)) },
    plugins: [
      phoneNumber({
        sendOTP: ({ phoneNumber: mobile, code }) => console.log(`dev sms ${mobile} ${code}`),
        signUpOnVerification: { getTempEmail: (mobile) => `${mobile}@mobile.invalid` },
      }),
    ],
  });
  auths.set(env, auth);
  return auth;
}

const app = new Hono().basePath('/api/v1.0');

app.get('/imagecode/:id', async (c) => {
  const { text, data } = svgCaptcha.create({ width: 200, height: 75 });
  const id = c.req.param('id');
  await c.env.KV.put(`captcha:${id}`, text.toLowerCase(), { expirationTtl: CAPTCHA_LIFETIME_S });
  if (new URL(c.req.url).hostname === '127.0.0.1') console.log(`dev captcha ${id} ${text}`);
  return c.body(data, 200, { 'Content-Type': 'image/svg+xml; charset=utf-8' });
});

app.get('/smscode/:mobile', async (c) => {
  const { id, text = '' } = c.req.query();
  const held = await c.env.KV.get(`captcha:${id}`);
  if (held === null) return c.json({ errno: '4002' });
  await c.env.KV.delete(`captcha:${id}`);
  if (held !== text.toLowerCase()) return c.json({ errno: '4004' });
  await authOf(c.env).api.sendPhoneNumberOTP({ body: { phoneNumber: c.req.param('mobile') } });
  return c.json({ errno: '0' });
});

app.post('/users', async (c) => {
  const { mobile, sms_code: code, password } = await c.req.json();
  const { api } = authOf(c.env);
  const { headers, response } = await api.verifyPhoneNumber({
    body: { phoneNumber: mobile, code },
    returnHeaders: true,
  });
  const cookies = headers.getSetCookie();
  const cookie = cookies.map((line) => line.split(';')[0]).join('; ');
  await api.setPassword({ body: { newPassword: password }, headers: new Headers({ cookie }) });
  for (const line of cookies) c.header('Set-Cookie', line, { append: true });
  return c.json({ errno: '0', data: { user_id: response.user.id } });
});

app.onError((error, c) => {
  console.error(error.stack);
  return c.json({ errno: '4500', errmsg: error.message }, 500);
});

export default app;

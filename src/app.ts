/** The URL map. */
import { Hono } from 'hono';
import { createMiddleware } from 'hono/factory';
import { secureHeaders } from 'hono/secure-headers';
import { accountRoutes, resetRoutes } from './account/routes.ts';
import { audioRoutes, imageRoutes } from './captcha/routes.ts';
import { type App, provide } from './context.ts';
import { healthRoutes } from './health.ts';
import { onFault, onUnknownPath, shareWithAllowed } from './middleware.ts';
import { sessionRoutes, sessionsRoutes } from './sessions/routes.ts';
import type { ProvidersOf } from './setup.ts';
import { providersOf } from './sms/providers.ts';
import { smsRoutes } from './sms/routes.ts';
import { usersRoutes } from './users/routes.ts';

const noStore = createMiddleware(async (c, next) => {
  await next();
  c.res.headers.set('Cache-Control', 'no-store'); // `c.header` would make another response of it
});

/** What is answered here is data for scripts and `<img>`: nothing of it may run, be framed, or be read by another site. */
const headers = secureHeaders({
  contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
  strictTransportSecurity: 'max-age=15552000', // of this host: its subdomains are the operator's business
  crossOriginResourcePolicy: 'same-site', // a page on an allowed origin of this site shows the captcha
  xFrameOptions: 'DENY', // as frame-ancestors says
  // These say something about documents, Flash or Internet Explorer.
  crossOriginOpenerPolicy: false,
  originAgentCluster: false,
  xDnsPrefetchControl: false,
  xDownloadOptions: false,
  xPermittedCrossDomainPolicies: false,
  xXssProtection: false,
});

/** The worker's app. Tests may bring vendors of their own. */
export function createApp(vendors: ProvidersOf = providersOf) {
  const app = new Hono<App>()
    .use(noStore, headers, provide(vendors), shareWithAllowed)
    .route('/healthz', healthRoutes)
    .route('/api/v1.0/imagecode', imageRoutes)
    .route('/api/v1.0/audiocode', audioRoutes)
    .route('/api/v1.0/smscode', smsRoutes)
    .route('/api/v1.0/users', usersRoutes)
    .route('/api/v1.0/sessions', sessionsRoutes)
    .route('/api/v1.0/session', sessionRoutes)
    .route('/api/v1.0/user', accountRoutes)
    .route('/api/v1.0/password-resets', resetRoutes);
  app.notFound(onUnknownPath);
  app.onError(onFault);
  return app;
}

import type { BackendOptions } from 'wechatpay-demo-backend';

import type { Stage } from './stage.js';

type Site = Parameters<NonNullable<BackendOptions['extend']>>[0];

/** The stage over HTTP. Another site's page may neither listen nor throw the switch. */
export function mountStage(site: Site, stage: Stage): void {
  site.get('/stage', (context) => context.json({ latest: stage.latest, attack: stage.attack }));

  site.get('/stage/events', (context) => {
    const after = context.req.header('Last-Event-ID') ?? context.req.query('after') ?? '0';
    return new Response(stage.stream(Number(after)), {
      headers: { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' },
    });
  });

  site.post('/stage/switch', async (context) => {
    if (!isOwnPage(context.req.header('Sec-Fetch-Site'))) return context.body(null, 403);
    const wanted = (await context.req.json().catch(() => null)) as { attack?: unknown } | null;
    return context.body(null, stage.throwSwitch(wanted?.attack) ? 204 : 400);
  });

  site.post('/stage/again', async (context) => {
    if (!isOwnPage(context.req.header('Sec-Fetch-Site'))) return context.body(null, 403);
    return context.body(null, (await stage.again()) ? 204 : 409);
  });
}

/** Browsers say where a request comes from; programs that say nothing are on this machine. */
function isOwnPage(fetchSite: string | undefined): boolean {
  return fetchSite === undefined || fetchSite === 'same-origin';
}

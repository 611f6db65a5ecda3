/**
 * What the pages look like, and what they are to those who do not see them: every view and every kind of message, in
 * both languages and both colour schemes, from a small phone to a desktop. The screenshots are in `artifacts/`.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, it } from 'node:test';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { answer, askForCode, open, PHONE, said, visit, type Visit } from './browser.ts';
import { newMobile, newUser, PASSWORD } from './world.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** All that it knows, and of WCAG 2.2 what it leaves out unless told: targets of 24 px. */
const RULES = { rules: { 'target-size': { enabled: true } }, resultTypes: ['violations'] };
const WIDTHS = { small: 320, phone: 390, desktop: 1280 };

type Step = (v: Visit) => Promise<void>;
interface Scene {
  view?: string;
  /** Whether somebody is logged in. */
  inside?: boolean;
  /** Leads from the view as it opens to what is to be seen. */
  act?: Step;
}

const ready: Step = ({ page }) => page.locator('.picture[data-state="ready"]').waitFor();

const EVENTS = [
  'signed_up login_failed logged_in name_changed code_failed password_failed password_changed',
  'other_sessions_ended session_ended logged_out password_reset ended_by_operator blocked unblocked',
]
  .join(' ')
  .split(' ')
  .flatMap((kind, day) =>
    [10, 11].map((hour) => ({
      kind,
      device: 'Chrome on Windows',
      at: `2026-11-${String(21 - day).padStart(2, '0')} ${hour}:30:00`,
    })),
  );
const SESSIONS = ['Chrome on macOS', 'WeChat on iPhone', 'Samsung Internet on Android'].map(
  (device, n) => ({
    id: `id${n}`,
    current: n === 1,
    device,
    created_at: `2026-11-0${n + 1} 09:05:00`,
    last_seen_at: '2026-11-21 22:05:00',
  }),
);

const SCENES: Record<string, Scene> = {
  signup: { view: 'signup', act: ready },
  'signup-refused': {
    view: 'signup',
    act: async (v) => {
      const { page } = v;
      await answer(page, 'smscode/**', '4003');
      await page.fill('#mobile', newMobile());
      await page.fill('#captcha', 'abcd');
      await page.click('#send');
      await said(page, '#mobile-error');
      await ready(v);
    },
  },
  'signup-throttled': {
    view: 'signup',
    act: async (v) => {
      const { page } = v;
      await answer(page, 'smscode/**', '4201', { retry_after: 1700 });
      await page.fill('#mobile', newMobile());
      await page.fill('#captcha', 'abcd');
      await page.click('#send');
      await said(page, '#send-form .notice');
      await ready(v);
    },
  },
  'signup-spoken': {
    view: 'signup',
    act: async ({ page }) => {
      await page.click('#captcha-listen');
      await page.locator('.picture[data-state="spoken"]').waitFor();
    },
  },
  'signup-code': {
    view: 'signup',
    act: async (v) => {
      await askForCode(v, newMobile());
      await v.page.fill('#new-password', PASSWORD);
    },
  },
  'signup-code-refused': {
    view: 'signup',
    act: async (v) => {
      const { page } = v;
      await askForCode(v, newMobile());
      await answer(page, 'users', '4004', { attempts_left: 3 });
      await page.fill('#sms-code', '123456');
      await page.fill('#new-password', PASSWORD);
      await page.click('#use-code');
      await said(page, '#sms-code-error');
      await page.fill('#new-password', 'short');
      await page.fill('#sms-code', '123');
      await page.click('#use-code');
      await said(page, '#new-password-error');
    },
  },
  login: { view: 'login' },
  'login-refused': {
    view: 'login',
    act: async ({ page }) => {
      await answer(page, 'sessions', '4201', { retry_after: 600 });
      await page.fill('#login-mobile', newMobile());
      await page.fill('#password', PASSWORD);
      await page.click('#login-form button:not([type])');
      await said(page, '#login-form .why');
    },
  },
  'login-sms': { view: 'login-sms', act: ready },
  'login-code': { view: 'login-sms', act: async (v) => void (await askForCode(v, newUser())) },
  reset: { view: 'reset', act: ready },
  'reset-code': { view: 'reset', act: async (v) => void (await askForCode(v, newUser())) },
  account: { inside: true },
  rename: { view: 'rename', inside: true },
  'rename-refused': {
    view: 'rename',
    inside: true,
    act: async ({ page }) => {
      await page.fill('#name', '<b>');
      await page.click('#rename button:not([type])');
      await said(page, '#name-error');
    },
  },
  'rename-done': {
    view: 'rename',
    inside: true,
    act: async ({ page }) => {
      await page.fill('#name', '欧阳·阿卜杜拉 Wolfeschlegelsteinhausen');
      await page.click('#rename button:not([type])');
      await said(page, '#done');
    },
  },
  'change-password': {
    view: 'change-password',
    inside: true,
    act: async ({ page }) => {
      await answer(page, 'user/password', '4106');
      await page.fill('#old-password', 'not this one');
      await page.fill('#chosen-password', PASSWORD);
      await page.click('#password-form button:not([type])');
      await said(page, '#old-password-error');
    },
  },
  sessions: {
    view: 'sessions',
    inside: true,
    act: async ({ page }) => {
      await answer(page, 'sessions', '0', { sessions: SESSIONS });
      await page.reload();
      await page.locator('#session-list li').first().waitFor();
    },
  },
  events: {
    view: 'events',
    inside: true,
    act: async ({ page }) => {
      await answer(page, 'user/events', '0', { events: EVENTS });
      await page.reload();
      await page.locator('#event-list li').first().waitFor();
    },
  },
  'events-failed': {
    view: 'events',
    inside: true,
    act: async ({ page }) => {
      await answer(page, 'user/events', '4001');
      await page.reload();
      await said(page, '#events .notice');
    },
  },
  leave: {
    view: 'leave',
    inside: true,
    act: async ({ page }) => {
      await page.click('#leave-form button:not([type])');
      await said(page, '#leave-sure-error');
    },
  },
  'leave-sms': { view: 'leave-sms', inside: true, act: ready },
  'leave-code': {
    view: 'leave-sms',
    inside: true,
    act: async (v) => void (await askForCode(v)),
  },
  trouble: {
    act: async ({ page }) => {
      await answer(page, 'session', '4001');
      await page.reload();
      await said(page, '#trouble .notice');
    },
  },
};

describe('a view', { concurrency: 2 }, () => {
  for (const [name, { view = '', inside = false, act }] of Object.entries(SCENES)) {
    it(`looks finished everywhere: ${name}`, async () => {
      await visit({ view, ...(inside && { as: newUser() }) }, async (v) => {
        await act?.(v);
        await look(v, name);
      });
    });
  }
});

const rootSize = 'getComputedStyle(document.documentElement).fontSize';

it('a browser whose text is set to twice the size shows all of it on a small phone', async () => {
  await visit({}, async ({ page }) => {
    const browser = await page.context().newCDPSession(page);
    for (const language of ['en', 'zh']) {
      if (language === 'zh') await page.click('#language');
      for (const view of ['signup', 'login', 'reset']) {
        await open(page, view);
        for (const width of [320, 360]) {
          await page.setViewportSize({ width, height: 720 }); // which sets the text's size back
          await browser.send('Page.setFontSizes', { fontSizes: { standard: 32 } });
          assert.equal(await page.evaluate(rootSize), '32px');
          await staysInside(page);
        }
      }
    }
  });
});

it('the buttons of a captcha have their texts on one line each on a small phone', async () => {
  const viewport = { width: 320, height: 720 };
  const broken = `
    [...document.querySelectorAll('.choices button:not([hidden])')]
      .filter((button) => {
        const range = document.createRange();
        range.selectNodeContents(button.querySelector('span') ?? button);
        return range.getClientRects().length > 1;
      })
      .map((button) => button.textContent)`;
  const rows = `
    new Set([...document.querySelectorAll('.choices button:not([hidden])')].map((one) => one.offsetTop)).size`;
  await visit({ ...PHONE, viewport }, async ({ page }) => {
    for (const language of ['en', 'zh']) {
      if (language === 'zh') await page.click('#language');
      assert.deepEqual(await page.evaluate(broken), []);
      assert.equal(await page.evaluate(rows), 1);
    }
    await page.click('#captcha-listen');
    await page.locator('.picture[data-state="spoken"]').waitFor();
    for (const language of ['zh', 'en']) {
      if (language === 'en') await page.click('#language');
      assert.deepEqual(await page.evaluate(broken), []);
    }
  });
});

it('a time stays in one piece, however narrow the list is', async () => {
  await visit({ as: newUser(), view: 'sessions' }, async ({ page }) => {
    await answer(page, 'sessions', '0', { sessions: SESSIONS });
    await page.reload();
    await page.locator('#session-list li').first().waitFor();
    const broken = await page.evaluate(`
      Array.from({ length: 200 }, (_, n) => 160 + n).filter((width) => {
        document.getElementById('session-list').style.width = width + 'px';
        return [...document.querySelectorAll('.hint')].some((hint) => {
          const found = /\\d+:\\d+\\s[AP]M/.exec(hint.textContent);
          if (found === null) return false;
          const range = document.createRange();
          range.setStart(hint.firstChild, found.index);
          range.setEnd(hint.firstChild, found.index + found[0].length);
          return range.getClientRects().length > 1;
        });
      })`);
    assert.deepEqual(broken, []);
  });
});

it('the rows of the account begin and end where the list above them does', async () => {
  await visit({ as: newUser(), view: 'account' }, async ({ page }) => {
    const left = (selector: string) =>
      page.evaluate<number>(`(() => {
        const range = document.createRange();
        range.selectNodeContents(document.querySelector('${selector}'));
        return range.getBoundingClientRect().left;
      })()`);
    assert.equal(await left('.menu a'), await left('#account dt'));
    assert.equal(await left('.menu button'), await left('#account dt'));
  });
});

async function look(v: Visit, name: string): Promise<void> {
  const { page, screenshot } = v;
  // Run by the debugger, so the page's own policy, which allows no foreign script, stays as it is.
  await page.evaluate(AXE);
  for (const language of ['en', 'zh']) {
    if (language === 'zh') await page.click('#language');
    await page.locator('ul[aria-busy="true"]').waitFor({ state: 'detached' });
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      for (const [size, width] of Object.entries(WIDTHS)) {
        await page.setViewportSize({ width, height: 720 });
        await staysInside(page);
        await screenshot(`${name}-${size}-${colorScheme}-${language}`);
      }
      await hasNoViolation(page);
    }
  }
}

async function staysInside(page: Page): Promise<void> {
  const [shown, wanted] = await page.evaluate<[number, number]>(
    '[document.documentElement.clientWidth, document.documentElement.scrollWidth]',
  );
  assert.ok(wanted <= shown, `${wanted} px where there are ${shown}`);
}

async function hasNoViolation(page: Page): Promise<void> {
  const { violations } = await page.evaluate<AxeResults>(`axe.run(${JSON.stringify(RULES)})`);
  assert.deepEqual(
    violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]),
    [],
  );
}

/**
 * What each form makes of each answer that the service can give it. The rare ones are put in the service's mouth; the
 * common ones are in the journeys, on the true service.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { answer, at, follow, open, said, visit, type Visit } from './browser.ts';
import { newMobile, newUser, PASSWORD } from './world.ts';

interface Reply {
  status?: number;
  json?: object;
  body?: string;
}

interface Form {
  view: string;
  inside?: boolean;
  /** What it sends, below `/api/v1.0/`. */
  path: string;
  form: string;
  /** What to fill in: texts, and boxes to tick. */
  fill?: Record<string, string | true>;
  /** `errno`, the answer's data, where the page says something about it, and what. */
  rows?: [errno: string, data: object, place: string, text: RegExp][];
}

const MOBILE = newMobile();
const ASK = { path: 'smscode/**', form: '#send-form' };
const ASK_FILL = { '#mobile': MOBILE, '#captcha': 'abcd' };
const ASK_ROWS: Form['rows'] = [
  ['4002', {}, '#captcha-error', /expired/],
  ['4004', {}, '#captcha-error', /does not match/],
  ['4301', {}, '#send-form .notice', /could not be sent/],
];
const CODE = { form: '#code-form' };
const CODE_ROWS: Form['rows'] = [
  ['4002', {}, '#sms-code-error', /expired/],
  ['4004', { attempts_left: 3 }, '#sms-code-error', /left: 3/],
  ['4004', { attempts_left: 0 }, '#sms-code-error', /no tries are left/],
];
const BLOCKED: NonNullable<Form['rows']>[number] = ['4104', {}, '#code-form .notice', /blocked/];
const COMMON: NonNullable<Form['rows']>[number] = ['4103', {}, '#new-password-error', /common/];
const NEW_CODE = { '#sms-code': '123456', '#new-password': PASSWORD };

const FORMS: Record<string, Form> = {
  'a code for signing up': {
    ...ASK,
    view: 'signup',
    fill: ASK_FILL,
    rows: [
      ...ASK_ROWS,
      ['4003', {}, '#mobile-error', /registered already/],
      ['4104', {}, '#mobile-error', /blocked/],
    ],
  },
  'a code for logging in': {
    ...ASK,
    view: 'login-sms',
    fill: ASK_FILL,
    rows: [...ASK_ROWS, ['4104', {}, '#instead', /Sign up with this number/]],
  },
  'a code for another password': {
    ...ASK,
    view: 'reset',
    fill: ASK_FILL,
    rows: [...ASK_ROWS, ['4104', {}, '#mobile-error', /not registered/]],
  },
  'a code for leaving': {
    ...ASK,
    view: 'leave-sms',
    inside: true,
    fill: { '#captcha': 'abcd' },
    rows: ASK_ROWS,
  },
  'signing up': {
    ...CODE,
    view: 'signup-code',
    path: 'users',
    fill: NEW_CODE,
    rows: [...CODE_ROWS, COMMON, BLOCKED],
  },
  'logging in with a code': {
    ...CODE,
    view: 'login-code',
    path: 'sessions',
    fill: { '#sms-code': '123456' },
    rows: [...CODE_ROWS, BLOCKED],
  },
  'setting another password': {
    ...CODE,
    view: 'reset-code',
    path: 'password-resets',
    fill: NEW_CODE,
    rows: [...CODE_ROWS, COMMON, BLOCKED],
  },
  'leaving with a code': {
    ...CODE,
    view: 'leave-code',
    inside: true,
    path: 'user',
    fill: { '#sms-code': '123456', '#code-sure': true },
    rows: [...CODE_ROWS, BLOCKED],
  },
  'logging in': {
    view: 'login',
    path: 'sessions',
    form: '#login-form',
    fill: { '#login-mobile': MOBILE, '#password': PASSWORD },
    rows: [
      ['4004', {}, '#password-error', /wrong/],
      ['4104', {}, '#login-form .notice', /blocked/],
    ],
  },
  'logging out': { view: 'account', inside: true, path: 'session', form: '#logout-form' },
  'taking the data along': {
    view: 'account',
    inside: true,
    path: 'user/export',
    form: '#export-form',
  },
  'changing the name': {
    view: 'rename',
    inside: true,
    path: 'user/name',
    form: '#rename-form',
    fill: { '#name': 'Bruce' },
    rows: [['4103', {}, '#name-error', /cannot be used/]],
  },
  'changing the password': {
    view: 'change-password',
    inside: true,
    path: 'user/password',
    form: '#password-form',
    fill: { '#old-password': PASSWORD, '#chosen-password': 'staple battery horse' },
    rows: [
      ['4103', {}, '#chosen-password-error', /common/],
      ['4106', {}, '#old-password-error', /not your password/],
    ],
  },
  'leaving with the password': {
    view: 'leave',
    inside: true,
    path: 'user',
    form: '#leave-form',
    fill: { '#leave-password': PASSWORD, '#leave-sure': true },
    rows: [['4106', {}, '#leave-password-error', /not your password/]],
  },
};

/** Whatever is asked, the service can be in trouble, and the way to it blocked. */
const TROUBLES: [name: string, text: RegExp, reply: Reply | null][] = [
  ['4001', /went wrong/, { json: { errno: '4001', errmsg: 'A text.' } }],
  ['4500', /went wrong/, { json: { errno: '4500', errmsg: 'A text.' } }],
  ['4201', /A text/, { json: { errno: '4201', errmsg: 'A text.' } }],
  ['a page of somebody else', /Wi-Fi/, { body: '<html>Log in</html>' }],
  ['a page of what serves us', /went wrong/, { status: 502, body: '<html>Bad gateway</html>' }],
  ['no answer', /cannot be reached/, null],
];

async function submit(page: Page, { form, fill = {} }: Form): Promise<void> {
  for (const [field, value] of Object.entries(fill)) {
    if (value === true) await page.check(field);
    else await page.fill(field, value);
  }
  await page.click(`${form} button[data-ready]:not([type])`);
}

async function openForm(form: Form, test: (v: Visit) => Promise<void>): Promise<void> {
  const { view, inside = false } = form;
  const mayLog = 'Failed to load resource'; // where the way is blocked, or the answer is a page of a proxy
  const options = { mayLog, ...(inside && { as: newUser() }) };
  await visit({ ...options, view: inside ? view : 'signup' }, async (v) => {
    // The number comes from the step before.
    if (!inside) await v.page.fill('#mobile', MOBILE);
    if (!inside) await open(v.page, view);
    await v.page.clock.install();
    await test(v);
  });
}

describe('a form', { concurrency: 2 }, () => {
  for (const [name, form] of Object.entries(FORMS)) {
    const { path, rows = [], inside = false, view } = form;
    const url = `**/api/v1.0/${path}`;
    const notice = `${form.form} .notice`;
    const button = `${form.form} button[data-ready]:not([type])`;

    it(`for ${name} knows every answer`, async (t) => {
      await openForm(form, async ({ page, asked }) => {
        await t.test('says what each refusal means', async () => {
          for (const [errno, data, place, text] of rows) {
            await answer(page, path, errno, data);
            await submit(page, form);
            assert.match(await said(page, place), text, errno);
          }
        });

        await t.test('tells trouble at the service from trouble on the way', async () => {
          for (const [what, text, reply] of TROUBLES) {
            await page.unroute(url);
            await page.route(url, (route) => (reply ? route.fulfill(reply) : route.abort()));
            await submit(page, form);
            assert.match(await said(page, notice), text, what);
          }
        });

        await t.test('counts down when it has to wait, and sends nothing meanwhile', async () => {
          await answer(page, path, '4202', { retry_after: 65 });
          await submit(page, form);
          assert.match(await said(page, notice), /A text\. \(in about 65 s\)/);
          assert.equal(await page.getAttribute(button, 'aria-disabled'), 'true');
          assert.match((await page.textContent(button)) ?? '', /6\d s/);
          const before = asked.length;
          await page.press(button, 'Enter');
          assert.match(await said(page, notice), /try again in/);
          assert.equal(asked.length, before);
          await page.clock.fastForward(66_000);
          await page.locator(`${button}:not([aria-disabled])`).waitFor();
          assert.equal(await page.textContent(notice), '');
        });

        if (!inside || path === 'session') return;
        await t.test('leads to the log-in when the session has ended, and back', async () => {
          await answer(page, path, '4101');
          await submit(page, form);
          await at(page, 'login');
          assert.match(await said(page, '#login-form .notice'), /session has ended/);
          await page.unroute(url);
          await page.reload(); // in truth it has not: the way back is open
          await page.goto(`${page.url().split('#')[0]}#${view}`);
          await page.locator(form.form).waitFor();
        });
      });
    });
  }
});

describe('the captcha', () => {
  const spent: [string, object][] = [
    ['4001', {}],
    ['4002', {}],
    ['4003', {}],
    ['4004', {}],
    ['4104', {}],
    ['4301', {}],
    ['4201', { retry_after: 1800 }],
  ];
  const kept: [string, object][] = [
    ['4103', {}],
    ['4202', { retry_after: 60 }],
    ['4201', { retry_after: 30 }],
    ['4201', {}],
  ];
  it('is drawn anew when it was spent, and only then', async () => {
    await visit({ view: 'signup' }, async ({ page }) => {
      for (const [errno, data] of [...spent, ...kept]) {
        const isSpent = spent.some((row) => row[0] === errno && row[1] === data);
        const what = `${errno} ${JSON.stringify(data)}`;
        await answer(page, 'smscode/**', errno, data);
        await page.locator('.picture[data-state="ready"]').waitFor();
        const source = await page.getAttribute('#captcha-picture', 'src');
        await page.fill('#mobile', newMobile());
        await page.fill('#captcha', 'abcd');
        const answered = page.waitForResponse('**/smscode/**');
        await page.click('#send');
        await answered;
        await page.locator('#send-form:not([aria-busy])').waitFor();
        const now = await page.getAttribute('#captcha-picture', 'src');
        assert.equal(now !== source, isSpent, what);
        assert.equal(await page.inputValue('#captcha'), isSpent ? '' : 'abcd', what);
      }
    });
  });
});

for (const list of ['sessions', 'events']) {
  const path = list === 'events' ? 'user/events' : 'sessions';

  it(`the list of ${list} says when it cannot be had, and can be tried again`, async () => {
    await visit({ as: newUser() }, async ({ page }) => {
      await answer(page, path, '4001');
      await follow(page, `#account a[href="#${list}"]`);
      assert.match(await said(page, `#${list} .notice`), /went wrong/);
      await page.unroute(`**/api/v1.0/${path}`);
      await page.click(`#${list} .again`);
      assert.equal(await page.evaluate('document.activeElement.tagName'), 'H1');
      await page.locator(`#${list} li`).first().waitFor();
      assert.equal(await page.textContent(`#${list} .notice`), '');
    });
  });

  for (const errno of ['4101', '4002']) {
    it(`the list of ${list} leads to the log-in after ${errno}`, async () => {
      await visit({ as: newUser() }, async ({ page }) => {
        await answer(page, path, errno);
        await page.click(`#account a[href="#${list}"]`);
        await at(page, 'login');
        await said(page, '#login-form .notice');
      });
    });
  }
}

/** This one first, logged in an hour after another. */
const devices = (...names: string[]) =>
  names.map((device, n) => ({
    id: `id${n}`,
    current: n === 0,
    device,
    created_at: `2026-11-20 1${n}:00:00`,
    last_seen_at: '2026-11-20 12:00:00',
  }));

it('devices of the same name are told apart by when they logged in', async () => {
  await visit({ as: newUser(), view: 'sessions' }, async ({ page }) => {
    const sessions = devices('Chrome on Linux', 'Chrome on Linux', 'Chrome on Linux');
    await answer(page, 'sessions', '0', { sessions });
    await page.reload();
    const buttons = page.getByRole('button', {
      name: /^Log out Chrome on Linux, logged in .*2026/,
    });
    await buttons.nth(1).waitFor();
    const names = await buttons.evaluateAll((all) => all.map((one) => one.ariaLabel));
    assert.equal(new Set(names).size, 2);
  });
});

it('a device that has ended by itself is as good as ended', async () => {
  await visit({ as: newUser(), view: 'sessions' }, async (v) => {
    const { page } = v;
    const sessions = devices('Chrome on Windows', 'Chrome on Windows');
    await answer(page, 'sessions', '0', { sessions });
    await page.reload();
    await answer(page, 'sessions/id1', '4002');
    await page.getByRole('button', { name: 'Log out Chrome on Windows' }).click();
    await said(page, '#done');
  });
});

it('a device that was logged out is said to be so, and no more, where the list cannot be had', async () => {
  await visit({ as: newUser(), view: 'sessions' }, async ({ page }) => {
    await answer(page, 'sessions', '0', {
      sessions: devices('Chrome on Linux', 'Chrome on Windows'),
    });
    await page.reload();
    const end = page.getByRole('button', { name: 'Log out Chrome on Windows' });
    await end.waitFor();
    await answer(page, 'sessions', '4001');
    await answer(page, 'sessions/id1', '0');
    await end.click();
    assert.match(await said(page, '#sessions .notice'), /went wrong/);
    assert.equal(await said(page, '#done'), 'Logged out there.');
  });
});

const ask = async (page: Page) => {
  await page.fill('#captcha', 'abcd');
  await page.click('#send');
  await at(page, 'code');
};

/** At the code of a sign-up, on a clock that can be moved, with the answer to that code already there. */
async function useCode(
  [errno, data]: [string, object],
  test: (page: Page) => Promise<void>,
): Promise<void> {
  await visit({ view: 'signup' }, async ({ page }) => {
    await page.clock.install();
    await answer(page, 'smscode/**', '0');
    await answer(page, 'users', errno, data);
    await page.fill('#mobile', newMobile());
    await ask(page);
    await page.fill('#sms-code', '111111');
    await page.fill('#new-password', PASSWORD);
    await page.click('#use-code');
    await test(page);
  });
}

for (const [wait, left] of [
  [300, /5 min/],
  [20, /^$/],
] as const) {
  it(`what was said of a wait of ${wait} s ends with it, not with the one of 60 s`, async () => {
    await useCode(['4202', { retry_after: wait }], async (page) => {
      await said(page, '#code-form .notice');
      const first = wait < 60 ? '#use-code' : '#resend';
      await page.clock.fastForward((Math.min(wait, 60) + 1) * 1000);
      await page.locator(`${first}:not([aria-disabled])`).waitFor();
      assert.match((await page.textContent('#code-form .notice')) ?? '', left);
    });
  });
}

it('another code starts with an empty field, and nothing said of the one before', async () => {
  await useCode(['4004', { attempts_left: 4 }], async (page) => {
    await said(page, '#sms-code-error');
    await page.clock.fastForward(61_000);
    await page.click('#resend');
    await at(page, 'ask');
    await ask(page);
    assert.equal(await page.inputValue('#sms-code'), '');
    assert.equal(await page.textContent('#sms-code-error'), '');
    assert.equal(await page.inputValue('#new-password'), PASSWORD);
  });
});

it('a code that is no longer valid is not said to be', async () => {
  await useCode(['4002', {}], async (page) => {
    const again = async () => {
      await page.click('#change');
      await at(page, 'ask');
      await page.click('#have-code');
      await at(page, 'code');
      return page.textContent('#code-lead');
    };
    await page.clock.fastForward(299_000);
    assert.match((await again()) ?? '', /valid for 5 minutes/);
    await page.clock.fastForward(2000);
    assert.match((await again()) ?? '', /^Enter the code/);
  });
});

it('who cannot be kept logged in is told what is missing', async () => {
  await visit({ view: 'login' }, async ({ page }) => {
    await answer(page, 'sessions', '0', { user_id: 1 }); // without its cookie
    await page.fill('#login-mobile', newMobile());
    await page.fill('#password', PASSWORD);
    await page.click('#login-form button:not([type])');
    assert.match(await said(page, '#login-form .notice'), /cookies/);
  });
});

it('who signs up and cannot be kept logged in is not welcomed', async () => {
  const form = FORMS['signing up'];
  assert.ok(form);
  await openForm(form, async ({ page }) => {
    await page.evaluate("Object.defineProperty(navigator, 'cookieEnabled', { value: false })");
    await answer(page, 'users', '0', { user_id: 1 });
    await submit(page, form);
    await at(page, 'login');
    assert.match(await said(page, '#login-form .notice'), /cookies/);
    assert.equal(await page.inputValue('#login-mobile'), MOBILE);
  });
});

it('a number that was registered meanwhile leads to the log-in', async () => {
  const form = FORMS['signing up'];
  assert.ok(form);
  await openForm(form, async ({ page }) => {
    await answer(page, 'users', '4003');
    await submit(page, form);
    await at(page, 'login');
    assert.match(await said(page, '#login-form .notice'), /registered already/);
    assert.equal(await page.inputValue('#login-mobile'), MOBILE);
  });
});

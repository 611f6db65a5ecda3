/**
 * What each operation is for and what it may answer. Which parameters and bodies it takes is not said here: that is
 * read off the app's own validators.
 */
import type * as z from 'zod';
import type { Reason } from '../src/answers.ts';
import * as data from './data.ts';

/** Who may call it: with a session, without one, or either, where a session makes a difference. */
type Session = 'required' | 'optional' | 'none';

export interface Operation {
  id: string;
  tag: 'captcha' | 'sms' | 'sign-up' | 'session' | 'account';
  summary: string;
  description?: string;
  session: Session;
  /** What an answer does to the session cookie: a success sets it, or lets it live longer; or it is taken away. */
  cookie?: 'set' | 'renewed' | 'cleared';
  /** The answer in JSON when it is done, or another one's media type. */
  success:
    { reason: Reason; data?: z.ZodType } | { type: string; schema: object; description: string };
  /** Every other answer, in the order in which they are decided. */
  refusals: readonly Reason[];
}

const ACTS = ['cross_site', 'address_limited'] as const;
const BODY = ['body_too_large', 'parameter_malformed'] as const;
const CREDENTIALS = [...BODY, 'mobile_malformed'] as const;
const PRINCIPAL = ['logged_out', 'user_gone', 'store_failed'] as const;
const NEW_PASSWORD = ['password_length', 'password_common'] as const;
const CODE = [
  'user_blocked',
  'code_expired',
  'code_exhausted',
  'code_unreadable',
  'code_wrong',
] as const;
const TRIES = ['login_exhausted', 'login_store_failed'] as const;
const FAULT = ['internal'] as const;

export const OPERATIONS = {
  'GET /imagecode/:id': {
    id: 'drawCaptcha',
    tag: 'captcha',
    summary: 'Draw a captcha',
    description:
      'Four characters, for an `<img>` of 200×75. The id is made up by the page, a new one for each picture. Lives 300 s.',
    session: 'none',
    success: { type: 'image/svg+xml', schema: { type: 'string' }, description: 'The picture' },
    refusals: ['parameter_malformed', 'address_limited', 'captcha_unsaved', ...FAULT],
  },
  'GET /audiocode/:id': {
    id: 'speakCaptcha',
    tag: 'captcha',
    summary: 'Speak a captcha',
    description:
      'Six digits to hear in place of the picture, in Chinese or English by `Accept-Language`. They replace a picture under the same id; better take a new one. Fetch it once and play the blob: each request speaks other digits, and some browsers ask more than once for an `<audio src>`.',
    session: 'none',
    success: {
      type: 'audio/wav',
      schema: { type: 'string', format: 'binary' },
      description: 'Some six seconds of sound',
    },
    refusals: [
      'parameter_malformed',
      'address_limited',
      'voice_unreadable',
      'captcha_unsaved',
      ...FAULT,
    ],
  },
  'GET /smscode/:mobile': {
    id: 'sendSmsCode',
    tag: 'sms',
    summary: 'Send an SMS code',
    description:
      'For the price of one captcha: whatever is decided spends it, but for the cooldown (`发送过于频繁`). The code lives 300 s and serves its purpose only; for `delete` the session of that mobile must come along.',
    session: 'optional',
    success: { reason: 'sms_sent' },
    refusals: [
      'cross_site',
      'parameter_incomplete',
      'parameter_malformed',
      'mobile_malformed',
      'signup_off',
      'address_limited',
      'captcha_unreadable',
      'captcha_expired',
      'captcha_wrong',
      'sms_ledger_failed',
      'sms_registered',
      'user_unknown',
      'user_blocked',
      'logged_out',
      'sms_cooldown',
      'sms_capped',
      'sms_budget',
      'sms_braked',
      'sms_unsaved',
      'sms_unknown',
      'sms_refused',
      ...FAULT,
    ],
  },
  'POST /users': {
    id: 'signUp',
    tag: 'sign-up',
    summary: 'Sign up',
    description: 'Needs a code for `signup`. A right code is spent by success alone.',
    session: 'none',
    cookie: 'set',
    success: { reason: 'ok', data: data.user },
    refusals: [
      ...ACTS,
      ...CREDENTIALS,
      'parameter_missing',
      ...NEW_PASSWORD,
      'signup_off',
      'signup_ledger_failed',
      'sms_registered',
      ...CODE,
      'user_unsaved',
      ...FAULT,
    ],
  },
  'POST /sessions': {
    id: 'logIn',
    tag: 'session',
    summary: 'Log in by password or by SMS code',
    description:
      'By code needs one for `login`. An unknown mobile and a wrong password are one answer. The session that came with the request ends.',
    session: 'none',
    cookie: 'set',
    success: { reason: 'ok', data: data.userId },
    refusals: [
      ...ACTS,
      ...CREDENTIALS,
      'parameter_incomplete',
      ...TRIES,
      'login_wrong',
      ...CODE,
      ...FAULT,
    ],
  },
  'GET /session': {
    id: 'whoIsLoggedIn',
    tag: 'session',
    summary: 'Say who is logged in',
    description: 'Nobody is errno `4101` with HTTP 200, whatever the mode.',
    session: 'optional',
    cookie: 'renewed',
    success: { reason: 'session_true', data: data.name },
    refusals: ['address_limited', 'session_false', 'store_failed', ...FAULT],
  },
  'DELETE /session': {
    id: 'logOut',
    tag: 'session',
    summary: 'Log out',
    description: 'The session is dead everywhere at once.',
    session: 'required',
    cookie: 'cleared',
    success: { reason: 'ok' },
    refusals: [...ACTS, 'logged_out', 'store_failed', ...FAULT],
  },
  'GET /sessions': {
    id: 'listSessions',
    tag: 'session',
    summary: 'List the sessions of the account',
    session: 'required',
    success: { reason: 'ok', data: data.sessions },
    refusals: ['address_limited', ...PRINCIPAL, ...FAULT],
  },
  'DELETE /sessions': {
    id: 'endOtherSessions',
    tag: 'session',
    summary: 'End all sessions but this one',
    session: 'required',
    success: { reason: 'ok' },
    refusals: [...ACTS, ...PRINCIPAL, ...FAULT],
  },
  'DELETE /sessions/:id': {
    id: 'endSession',
    tag: 'session',
    summary: 'End one session',
    session: 'required',
    cookie: 'cleared',
    success: { reason: 'ok' },
    refusals: [...ACTS, ...PRINCIPAL, 'session_unknown', ...FAULT],
  },
  'POST /password-resets': {
    id: 'resetPassword',
    tag: 'account',
    summary: 'Set a forgotten password by SMS code',
    description: 'Needs a code for `reset`. Ends every session of the account and starts one.',
    session: 'none',
    cookie: 'set',
    success: { reason: 'ok', data: data.userId },
    refusals: [
      ...ACTS,
      ...CREDENTIALS,
      'parameter_missing',
      ...NEW_PASSWORD,
      'login_store_failed',
      ...CODE,
      'user_unsaved',
      ...FAULT,
    ],
  },
  'GET /user': {
    id: 'getUser',
    tag: 'account',
    summary: 'Get the user',
    session: 'required',
    cookie: 'renewed',
    success: { reason: 'ok', data: data.user },
    refusals: ['address_limited', ...PRINCIPAL, ...FAULT],
  },
  'DELETE /user': {
    id: 'leave',
    tag: 'account',
    summary: 'Delete the account',
    description:
      'By the password, or by a code for `delete`. The other codes for the account end with it.',
    session: 'required',
    cookie: 'cleared',
    success: { reason: 'ok' },
    refusals: [
      ...ACTS,
      ...BODY,
      'parameter_missing',
      ...PRINCIPAL,
      ...TRIES,
      'password_wrong',
      ...CODE,
      'user_unsaved',
      ...FAULT,
    ],
  },
  'PUT /user/name': {
    id: 'changeName',
    tag: 'account',
    summary: 'Change the name',
    description: "It may neither mean anything as HTML nor read as another's mobile.",
    session: 'required',
    success: { reason: 'ok', data: data.name },
    refusals: [
      ...ACTS,
      ...BODY,
      'parameter_missing',
      'name_malformed',
      ...PRINCIPAL,
      'user_unsaved',
      ...FAULT,
    ],
  },
  'PUT /user/password': {
    id: 'changePassword',
    tag: 'account',
    summary: 'Change the password',
    description: 'Ends the other sessions, and the codes for the account.',
    session: 'required',
    success: { reason: 'ok' },
    refusals: [
      ...ACTS,
      ...BODY,
      'parameter_missing',
      ...NEW_PASSWORD,
      ...PRINCIPAL,
      ...TRIES,
      'password_wrong',
      'user_unsaved',
      ...FAULT,
    ],
  },
  'GET /user/events': {
    id: 'listEvents',
    tag: 'account',
    summary: 'List what happened to the account',
    description: 'The latest 1,000 events of 180 days.',
    session: 'required',
    success: { reason: 'ok', data: data.events },
    refusals: ['address_limited', ...PRINCIPAL, ...FAULT],
  },
  'GET /user/export': {
    id: 'exportAccount',
    tag: 'account',
    summary: 'Get what the tables hold of the account',
    description: 'The latest 10,000 sessions and events.',
    session: 'required',
    success: { reason: 'ok', data: data.everything },
    refusals: ['address_limited', ...PRINCIPAL, ...FAULT],
  },
} as const satisfies Record<string, Operation>;

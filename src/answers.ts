/**
 * Every answer of the contract: errno, HTTP status in semantic mode, and both texts. Pages compare `errno` and
 * show `errmsg` as HTML, so no text ever holds input.
 */
import { parseAccept } from 'hono/utils/accept';

const ROWS = {
  ok: ['0', 200, 'OK', 'OK'],
  sms_sent: ['0', 200, '发送成功', 'Sent'],
  session_true: ['0', 200, 'true', 'true'],
  session_false: ['4101', 200, 'false', 'false'],

  parameter_malformed: ['4103', 400, '参数错误', 'Invalid parameters'],
  parameter_missing: ['4103', 400, '参数缺失', 'Missing parameters'],
  parameter_incomplete: ['4103', 400, '参数不完整', 'Incomplete parameters'],
  mobile_malformed: ['4103', 400, '手机号格式错误', 'Invalid mobile number'],
  name_malformed: ['4103', 400, '昵称格式错误', 'Invalid name'],
  password_length: [
    '4103',
    400,
    '密码长度需为8-128位',
    'The password must have 8 to 128 characters',
  ],
  password_common: ['4103', 400, '密码过于简单', 'This password is too common'],

  unknown_path: ['4201', 404, '非法请求', 'Illegal request'],
  wrong_method: ['4201', 405, '非法请求', 'Illegal request'],
  cross_site: ['4201', 403, '非法请求', 'Illegal request'],
  body_too_large: ['4103', 413, '参数错误', 'Invalid parameters'],
  internal: ['4500', 500, '内部错误', 'Internal error'],
  signup_off: ['4201', 403, '暂停注册', 'Sign-up is suspended'],
  address_limited: [
    '4202',
    429,
    '请求过于频繁,请稍后重试',
    'Too many requests, please try again later',
  ],
  unhealthy: ['4001', 503, '数据库查询错误', 'A store does not answer'],
  store_failed: ['4001', 503, '数据库查询错误', 'Database error'],

  voice_unreadable: ['4302', 503, '文件读写错误', 'The audio could not be read'],
  captcha_unsaved: ['4001', 503, '保存图片验证码失败', 'The captcha could not be saved'],
  captcha_unreadable: ['4001', 503, '获取图片验证码失败', 'The captcha could not be read'],
  captcha_expired: ['4002', 410, '图片验证码已过期', 'The captcha has expired'],
  captcha_wrong: ['4004', 422, '图片验证码不一致', 'The captcha does not match'],

  sms_ledger_failed: ['4001', 503, '查询数据库异常', 'Database error'],
  sms_registered: ['4003', 409, '手机号已注册', 'This mobile number is registered already'],
  user_blocked: ['4104', 403, '用户不存在或未激活', 'This user does not exist or is not active'],
  user_unknown: ['4104', 404, '用户不存在', 'There is no such user'],
  sms_cooldown: ['4201', 429, '发送过于频繁,请稍后重试', 'A code was sent just now, please wait'],
  sms_capped: [
    '4201',
    429,
    '发送次数已达上限,请稍后重试',
    'Too many codes were sent, please try again later',
  ],
  sms_budget: [
    '4201',
    429,
    '短信服务繁忙,请稍后重试',
    'The SMS service is busy, please try again later',
  ],
  sms_braked: [
    '4201',
    429,
    '短信服务繁忙,请稍后重试',
    'The SMS service is busy, please try again later',
  ],
  sms_unsaved: ['4001', 503, '保存数据异常', 'The code could not be saved'],
  sms_unknown: ['4301', 502, '发送短信异常', 'The SMS service did not answer'],
  sms_refused: ['4301', 502, '发送失败', 'The SMS could not be sent'],

  signup_ledger_failed: ['4001', 503, '查询手机号异常', 'Database error'],
  code_expired: ['4002', 410, '短信验证码已过期', 'The SMS code has expired'],
  code_exhausted: [
    '4201',
    429,
    '验证码错误次数过多,请重新获取',
    'Too many wrong codes, please request a new one',
  ],
  code_unreadable: ['4001', 503, '获取本地短信验证码失败', 'The SMS code could not be read'],
  code_wrong: ['4004', 422, '短信验证码不一致', 'The SMS code does not match'],
  user_unsaved: ['4001', 503, '保存用户信息异常', 'The account could not be saved'],

  login_store_failed: ['4001', 503, '查询用户信息异常', 'Database error'],
  login_wrong: ['4004', 401, '用户名或密码错误', 'Wrong mobile number or password'],
  login_exhausted: [
    '4201',
    429,
    '错误次数过多,请稍后重试',
    'Too many failures, please try again later',
  ],
  password_wrong: ['4106', 422, '密码错误', 'Wrong password'],
  logged_out: ['4101', 401, '用户未登录', 'Not logged in'],
  session_unknown: ['4002', 404, '无效操作', 'Invalid operation'],
  user_gone: ['4002', 404, '无效操作', 'Invalid operation'],
} as const satisfies Record<
  string,
  readonly [errno: string, status: number, zh: string, en: string]
>;

export type Reason = keyof typeof ROWS;
/** Why something was not done, with what the answer tells beside its text. */
export interface Refusal<Verdict extends Reason = Exclude<Reason, 'ok'>> {
  verdict: Verdict;
  /** Tries left at a code. */
  attemptsLeft?: number | undefined;
  /** Milliseconds to wait. */
  retryAfterMs?: number | undefined;
}
/** Done, with what the caller needs to know of it, or why not. */
export type Result<Data = unknown> = ({ verdict: 'ok' } & Data) | Refusal;
export type Language = 'zh' | 'en';
export type ErrorStatus = '200' | 'semantic';
/** The errno of each of these reasons. */
export type ErrnoOf<R extends Reason> = (typeof ROWS)[R][0];
/** The statuses that the contract uses. */
export type Status = (typeof ROWS)[Reason][1];
export type Envelope = { errno: string; errmsg: string; data?: object };

/** These carry their real status in both modes: no page is waiting for a business answer. */
const REAL_STATUS: ReadonlySet<Reason> = new Set([
  'unknown_path',
  'wrong_method',
  'body_too_large',
  'internal',
  'unhealthy',
]);

/** The envelope and the status of an answer. */
export function answerOf(
  reason: Reason,
  language: Language,
  mode: ErrorStatus,
): { body: Envelope; status: Status } {
  const [errno, status, zh, en] = ROWS[reason];
  const real = mode === 'semantic' || REAL_STATUS.has(reason);
  return { body: { errno, errmsg: language === 'en' ? en : zh }, status: real ? status : 200 };
}

/** The first of our languages that `Accept-Language` prefers, else Chinese (RFC 9110, 12.5.4). */
export function languageOf(acceptLanguage: string | undefined): Language {
  const preferred = parseAccept(acceptLanguage ?? '').filter(({ q }) => q > 0);
  const primary = preferred.map(({ type }) => type.toLowerCase().split('-')[0]);
  return primary.find((tag) => tag === 'zh' || tag === 'en') ?? 'zh';
}

/** A fault with its row in the contract. `cause` is for the log alone. */
export class Fault extends Error {
  readonly reason: Reason;
  readonly retryAfterMs: number | undefined;

  constructor(reason: Reason, cause: unknown, retryAfterMs?: number) {
    super(reason, { cause });
    this.name = 'Fault';
    this.reason = reason;
    this.retryAfterMs = retryAfterMs;
  }
}

/** Made by `npm run openapi`: what each operation takes and answers, for the types of Hono's client. */
import type { Hono } from 'hono';

/** What was asked for. */
type Done<Data = undefined> = Data extends undefined
  ? { errno: '0'; errmsg: string; data?: undefined }
  : { errno: '0'; errmsg: string; data: Data };
/** A refusal of each of these errnos. `errmsg` is a text to show. */
type Refused<E extends string> = E extends string ? { errno: E; errmsg: string; data?: undefined } : never;
/** One that can be waited out: seconds, the same as the header `Retry-After`. */
type Wait<E extends string> = E extends string ? { errno: E; errmsg: string; data: { retry_after: number } } : never;
/** A wrong SMS code. */
type Retry<E extends string> = E extends string ? { errno: E; errmsg: string; data: { attempts_left: number } } : never;

// Type aliases: interfaces would lack the index signatures that Hono asks for.
type Operation<Input, Output, Status extends number> = {
  input: Input;
  output: Output;
  outputFormat: 'json';
  status: Status;
};
type File<Input> = { input: Input; output: string; outputFormat: 'text'; status: 200 };

/** Every errno that an answer can have. */
export type Errno = '0' | '4001' | '4002' | '4003' | '4004' | '4101' | '4103' | '4104' | '4106' | '4201' | '4202' | '4301' | '4302' | '4500';

/** The service, as Hono's client knows an app. */
export type Api = Hono<object, {
  '/api/v1.0/imagecode/:id': {
    /** Draw a captcha */
    $get: File<{ param: { id: string } }> | Operation<{ param: { id: string } }, Refused<'4001' | '4103' | '4500'> | Wait<'4202'>, 200 | 400 | 429 | 500 | 503>;
  };
  '/api/v1.0/audiocode/:id': {
    /** Speak a captcha */
    $get: File<{ param: { id: string } }> | Operation<{ param: { id: string } }, Refused<'4001' | '4103' | '4302' | '4500'> | Wait<'4202'>, 200 | 400 | 429 | 500 | 503>;
  };
  '/api/v1.0/smscode/:mobile': {
    /** Send an SMS code */
    $get: Operation<{ param: { mobile: string }; query: { id: string; text: string; purpose?: 'delete' | 'login' | 'reset' | 'signup' } }, Done | Refused<'4001' | '4002' | '4003' | '4004' | '4101' | '4103' | '4104' | '4201' | '4301' | '4500'> | Wait<'4201' | '4202'>, 200 | 400 | 401 | 403 | 404 | 409 | 410 | 422 | 429 | 500 | 502 | 503>;
  };
  '/api/v1.0/users': {
    /** Sign up */
    $post: Operation<{ json: { mobile: string; sms_code: number | string; password: string } }, Done<{ user_id: number; name: string; mobile: string; avatar: string; create_time: string }> | Refused<'4001' | '4002' | '4003' | '4103' | '4104' | '4201' | '4500'> | Wait<'4001' | '4202'> | Retry<'4004'>, 200 | 400 | 403 | 409 | 410 | 413 | 422 | 429 | 500 | 503>;
  };
  '/api/v1.0/sessions': {
    /** Log in by password or by SMS code */
    $post: Operation<{ json: { mobile: string; password: string } | { mobile: string; sms_code: number | string } }, Done<{ user_id: number }> | Refused<'4001' | '4002' | '4004' | '4103' | '4104' | '4201' | '4500'> | Wait<'4001' | '4201' | '4202'> | Retry<'4004'>, 200 | 400 | 401 | 403 | 410 | 413 | 422 | 429 | 500 | 503>;
    /** List the sessions of the account */
    $get: Operation<{}, Done<{ sessions: Array<{ id: string; current: boolean; device: string; created_at: string; last_seen_at: string }> }> | Wait<'4202'> | Refused<'4001' | '4002' | '4101' | '4500'>, 200 | 401 | 404 | 429 | 500 | 503>;
    /** End all sessions but this one */
    $delete: Operation<{}, Done | Refused<'4001' | '4002' | '4101' | '4201' | '4500'> | Wait<'4202'>, 200 | 401 | 403 | 404 | 429 | 500 | 503>;
  };
  '/api/v1.0/session': {
    /** Say who is logged in */
    $get: Operation<{}, Done<{ name: string }> | Wait<'4202'> | Refused<'4001' | '4101' | '4500'>, 200 | 429 | 500 | 503>;
    /** Log out */
    $delete: Operation<{}, Done | Refused<'4001' | '4101' | '4201' | '4500'> | Wait<'4202'>, 200 | 401 | 403 | 429 | 500 | 503>;
  };
  '/api/v1.0/sessions/:id': {
    /** End one session */
    $delete: Operation<{ param: { id: string } }, Done | Refused<'4001' | '4002' | '4101' | '4201' | '4500'> | Wait<'4202'>, 200 | 401 | 403 | 404 | 429 | 500 | 503>;
  };
  '/api/v1.0/password-resets': {
    /** Set a forgotten password by SMS code */
    $post: Operation<{ json: { mobile: string; sms_code: number | string; password: string } }, Done<{ user_id: number }> | Refused<'4001' | '4002' | '4103' | '4104' | '4201' | '4500'> | Wait<'4001' | '4202'> | Retry<'4004'>, 200 | 400 | 403 | 410 | 413 | 422 | 429 | 500 | 503>;
  };
  '/api/v1.0/user': {
    /** Get the user */
    $get: Operation<{}, Done<{ user_id: number; name: string; mobile: string; avatar: string; create_time: string }> | Wait<'4202'> | Refused<'4001' | '4002' | '4101' | '4500'>, 200 | 401 | 404 | 429 | 500 | 503>;
    /** Delete the account */
    $delete: Operation<{ json: { password: string } | { sms_code: number | string } }, Done | Refused<'4001' | '4002' | '4101' | '4103' | '4104' | '4106' | '4201' | '4500'> | Wait<'4001' | '4201' | '4202'> | Retry<'4004'>, 200 | 400 | 401 | 403 | 404 | 410 | 413 | 422 | 429 | 500 | 503>;
  };
  '/api/v1.0/user/name': {
    /** Change the name */
    $put: Operation<{ json: { name: string } }, Done<{ name: string }> | Refused<'4001' | '4002' | '4101' | '4103' | '4201' | '4500'> | Wait<'4202'>, 200 | 400 | 401 | 403 | 404 | 413 | 429 | 500 | 503>;
  };
  '/api/v1.0/user/password': {
    /** Change the password */
    $put: Operation<{ json: { old_password: string; password: string } }, Done | Refused<'4001' | '4002' | '4101' | '4103' | '4106' | '4201' | '4500'> | Wait<'4201' | '4202'>, 200 | 400 | 401 | 403 | 404 | 413 | 422 | 429 | 500 | 503>;
  };
  '/api/v1.0/user/events': {
    /** List what happened to the account */
    $get: Operation<{}, Done<{ events: Array<{ kind: 'blocked' | 'code_failed' | 'ended_by_operator' | 'logged_in' | 'logged_out' | 'login_failed' | 'name_changed' | 'other_sessions_ended' | 'password_changed' | 'password_failed' | 'password_reset' | 'session_ended' | 'signed_up' | 'unblocked'; device: string; at: string }> }> | Wait<'4202'> | Refused<'4001' | '4002' | '4101' | '4500'>, 200 | 401 | 404 | 429 | 500 | 503>;
  };
  '/api/v1.0/user/export': {
    /** Get what the tables hold of the account */
    $get: Operation<{}, Done<{ user: { user_id: number; name: string; mobile: string; avatar: string; create_time: string }; sessions: Array<{ id: string; user_agent: string; created_at: string; last_seen_at: string; expires_at: string }>; events: Array<{ kind: 'blocked' | 'code_failed' | 'ended_by_operator' | 'logged_in' | 'logged_out' | 'login_failed' | 'name_changed' | 'other_sessions_ended' | 'password_changed' | 'password_failed' | 'password_reset' | 'session_ended' | 'signed_up' | 'unblocked'; user_agent: string; at: string }>; sms_codes: Array<{ purpose: 'delete' | 'login' | 'reset' | 'signup'; issued_at: string; tries: number; used_at: null | string; outcome: 'pending' | 'refused' | 'sent' | 'unknown' | 'unsent' }>; login_tries: Array<{ count: number; until: string }> }> | Wait<'4202'> | Refused<'4001' | '4002' | '4101' | '4500'>, 200 | 401 | 404 | 429 | 500 | 503>;
  };
}>;

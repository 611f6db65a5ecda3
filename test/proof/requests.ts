/** Every request that people make, and what the model says of it. */
import {
  leaveByCode,
  type LeaveByCode,
  logInByCode,
  type LogInByCode,
  register,
  type Register,
  reset,
  type Reset,
} from './model-accounts.ts';
import {
  changePassword,
  type ChangePassword,
  leave,
  type Leave,
  logIn,
  type LogIn,
} from './model-passwords.ts';
import { read, type Read } from './model-reading.ts';
import {
  endOne,
  type EndOne,
  endOthers,
  type EndOthers,
  logOut,
  type LogOut,
  look,
  type Look,
  rename,
  type Rename,
} from './model-sessions.ts';
import { ask, type Ask, type Terms } from './model-sms.ts';
import type { Answer, Course, State, Visit } from './model.ts';

export interface Draw {
  kind: 'draw';
  page: string;
  spoken: boolean;
}

export type Request =
  | Draw
  | Ask
  | Register
  | LogIn
  | LogInByCode
  | Reset
  | ChangePassword
  | Leave
  | LeaveByCode
  | Look
  | Read
  | Rename
  | EndOne
  | EndOthers
  | LogOut;

export function courseOf(state: State, visit: Visit, request: Request, terms: Terms): Course {
  switch (request.kind) {
    case 'draw':
      return draw(visit);
    case 'ask':
      return ask(state, visit, request, terms);
    case 'register':
      return register(state, visit, request);
    case 'login':
      return logIn(state, visit, request);
    case 'login-by-code':
      return logInByCode(state, visit, request);
    case 'reset':
      return reset(state, visit, request);
    case 'change-password':
      return changePassword(state, visit, request);
    case 'leave':
      return leave(state, visit, request);
    case 'leave-by-code':
      return leaveByCode(state, visit, request);
    case 'look':
      return look(state, visit, request);
    case 'read':
      return read(state, visit, request);
    case 'rename':
      return rename(state, visit, request);
    case 'end-one':
      return endOne(state, visit, request);
    case 'end-others':
      return endOthers(state, visit, request);
    case 'logout':
      return logOut(state, visit, request);
  }
}

function* draw(visit: Visit): Generator<void, Answer, void> {
  yield* [];
  return { reason: visit.ask('kv.put') ? 'drawn' : 'captcha_unsaved' };
}

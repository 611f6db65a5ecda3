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

export type RequestOf<Kind extends Request['kind']> = Extract<Request, { kind: Kind }>;

type Courses = {
  [Kind in Request['kind']]: (
    state: State,
    visit: Visit,
    request: RequestOf<Kind>,
    terms: Terms,
  ) => Course;
};
const COURSES: Courses = {
  draw,
  ask,
  register,
  login: logIn,
  'login-by-code': logInByCode,
  reset,
  'change-password': changePassword,
  leave,
  'leave-by-code': leaveByCode,
  look,
  read,
  rename,
  'end-one': endOne,
  'end-others': endOthers,
  logout: logOut,
};

export function courseOf(state: State, visit: Visit, request: Request, terms: Terms): Course {
  const course = COURSES[request.kind] as (...given: unknown[]) => Course;
  return course(state, visit, request, terms);
}

function* draw(_state: State, visit: Visit): Generator<void, Answer, void> {
  yield* [];
  return { reason: visit.ask('kv.put') ? 'drawn' : 'captcha_unsaved' };
}

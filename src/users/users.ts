/** Accounts. */
import { users } from '../db/schema.ts';
import { localTime } from '../lib/time.ts';

export interface User {
  id: number;
  mobile: string;
  name: string;
  avatarUrl: string;
  createdAt: number;
}

/** The columns that make a `User`. */
export const userColumns = {
  id: users.id,
  mobile: users.mobile,
  name: users.name,
  avatarUrl: users.avatarUrl,
  createdAt: users.createdAt,
};

/** The user as the contract shows it. */
export function presentUser(user: User) {
  return {
    user_id: user.id,
    name: user.name,
    mobile: user.mobile,
    avatar: user.avatarUrl,
    create_time: localTime(user.createdAt),
  };
}

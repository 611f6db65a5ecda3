/** The kinds of setting that vendors have. No message quotes a value: a value may be a secret. */
import * as z from 'zod/mini';
import { refuse } from '../lib/schema.ts';

const present = () => z.string('is missing');

/** An id, a key or a token: visible ASCII, so that it can stand in a header. */
export const token = () => present().check(z.regex(/^[!-~]+$/, 'must be ASCII without spaces'));

/** An id that stands in a path. */
export const pathToken = () =>
  present().check(z.regex(/^[A-Za-z0-9]+$/, 'must be letters and digits'));

/** Words that a person chose, on one line. */
export const singleLine = () =>
  present().check(
    z.regex(/^\S(.*\S)?$/u, 'must be one line without spaces around it'),
    z.refine((text) => text.isWellFormed(), 'must be Unicode text'),
  );

/** The name in front of a message. The vendor puts the brackets. */
export const signName = () => singleLine().check(z.regex(/^[^【】]*$/, 'must stand without 【】'));

/** A whole URL. */
export const address = () =>
  z.pipe(
    present(),
    z.transform((text, context) => {
      const url = /^https?:\/\//i.test(text) ? URL.parse(text) : null;
      if (url === null) return refuse(context, 'must be an http(s) URL');
      if (url.username === '' && url.password === '' && url.hash === '') return url;
      return refuse(context, 'must hold no credentials and no fragment');
    }),
  );

/** Where a vendor is: scheme, host and port. Replaces the vendor's own for stubs and relays. */
const origin = () =>
  address().check(
    z.refine(
      (url) => url.pathname === '/' && url.search === '',
      'must be scheme, host and port alone, such as https://relay.example.com',
    ),
  );

export const endpoint = (fallback: string) => z.prefault(origin(), fallback);
export const optionalOrigin = () => z.optional(origin());

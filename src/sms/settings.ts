/** The kinds of setting that vendors have. No message quotes a value: a value may be a secret. */
import * as z from 'zod';

const present = z.string('is missing');

/** An id, a key or a token: visible ASCII, so that it can stand in a header. */
export const token = present.regex(/^[!-~]+$/, 'must be ASCII without spaces');

/** An id that stands in a path. */
export const pathToken = present.regex(/^[A-Za-z0-9]+$/, 'must be letters and digits');

/** Words that a person chose, such as the name in front of a message. */
export const words = present
  .regex(/^\S(.*\S)?$/u, 'must be one line without spaces around it')
  .refine((text) => text.isWellFormed(), 'must be Unicode text');

const httpUrl = present
  .refine((text) => /^https?:\/\//i.test(text) && URL.canParse(text), 'must be an http(s) URL')
  .transform((text, context) => {
    if (!URL.canParse(text)) return z.NEVER; // reported above
    const url = new URL(text);
    if (url.username === '' && url.password === '' && url.hash === '') return url;
    context.addIssue('must hold no credentials and no fragment');
    return z.NEVER;
  });

/** A whole URL. */
export const address = httpUrl;

/** Where a vendor is: scheme, host and port. Replaces the vendor's own for stubs and relays. */
const origin = httpUrl.refine(
  (url) => url.pathname === '/' && url.search === '',
  'must be scheme, host and port alone, such as https://relay.example.com',
);

export const endpoint = (vendors: string) => origin.prefault(vendors);
export const replacement = origin.optional();

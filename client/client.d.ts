import type { ClientRequestOptions, hc } from 'hono/client';
import type { Api } from './api.d.ts';

export type { Errno } from './api.d.ts';

/** What `createClient` makes: a method for each operation, such as `client.users.$post({ json })`. */
export type Client = ReturnType<typeof hc<Api>>['api']['v1.0'];

/**
 * A client of the service at `baseUrl`. Bodies are told apart by their `errno`; HTTP statuses need no look. Where
 * cookies are kept (browsers) the session goes along, to another origin of the same site too; elsewhere pass it as
 * a header.
 */
export declare function createClient(baseUrl: string, options?: ClientRequestOptions): Client;

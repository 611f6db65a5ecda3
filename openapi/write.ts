/** `npm run openapi`: writes what is made of the app's own schemas. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { clientTypes } from './client-types.ts';
import { describeApi } from './document.ts';
import { printDocument } from './print.ts';

const write = (path: string, text: string) =>
  writeFileSync(join(import.meta.dirname, '..', path), text);

const document = printDocument(describeApi());
write('public/openapi.json', document);
write('client/api.d.ts', clientTypes(document));

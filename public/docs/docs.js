/** Shows openapi.json to people. Texts go in by `textContent` alone. */
const page = document.getElementById('docs');
const { components, info, paths, servers, tags } = await load();

const operations = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    name: `${method.toUpperCase()} ${servers[0].url}${path}`,
    ...operation,
  })),
);

page.append(...info.description.split('\n\n').map((text) => make('p', ...prose(text))));
for (const { name, description } of tags) {
  const ours = operations.filter((operation) => operation.tags[0] === name);
  page.append(make('h2', description), ...ours.map(section));
}
document.getElementById(location.hash.slice(1))?.scrollIntoView();

async function load() {
  try {
    const answer = await fetch('/openapi.json');
    return await answer.json();
  } catch (error) {
    const trouble = make('p', 'The description could not be loaded. Please reload the page.');
    trouble.role = 'alert';
    page.append(trouble);
    throw error;
  }
}

function section(operation) {
  const { description = '', name, operationId, parameters = [], requestBody, summary } = operation;
  const bodies = alternatives(requestBody?.content['application/json'].schema);
  const link = make('a', summary);
  link.href = `#${operationId}`;
  const element = make('section', make('h3', link), make('p', make('code', name)));
  element.id = operationId;
  if (description !== '') element.append(make('p', ...prose(description)));
  if (operation.security.length > 0) {
    const needed = operation.security.every((way) => Object.keys(way).length > 0);
    element.append(make('p', needed ? 'Needs a session.' : 'A session makes a difference.'));
  }
  if (parameters.length > 0) element.append(details('Parameters', list(parameters.map(parameter))));
  bodies.forEach((body, index) => {
    element.append(details(index > 0 ? 'or body' : 'Body', list(fields(body))));
  });
  element.append(...results(operation));
  return element;
}

function parameter({ name, required, schema, ...rest }) {
  return field(name, [`in the ${rest.in}`, required ? '' : 'optional'], schema);
}

/** Each value in it, however deep: `events[].at`. */
function fields({ items, properties, required, ...schema }, place = '', isOptional = false) {
  if (items !== undefined) return fields(items, `${place}[]`);
  if (properties === undefined) return [field(place, [isOptional ? 'optional' : ''], schema)];
  return Object.entries(properties).flatMap(([name, of]) =>
    fields(of, place === '' ? name : `${place}.${name}`, !required.includes(name)),
  );
}

function field(name, notes, schema) {
  const all = { ...schema.anyOf?.[0], ...schema };
  const { default: usual, description, enum: values, examples, maxLength, minLength } = all;
  const { example = examples?.[0] } = all;
  const size = [minLength, maxLength].filter((length) => length !== undefined);
  const words = [
    ...notes,
    alternatives(schema).map(kind).join(' or '),
    values === undefined && size.length > 0
      ? `${[...new Set(size)].join(' to ')}${size.length > 1 ? '' : ' or more'} characters`
      : '',
    usual === undefined ? '' : `\`${usual}\` if it is left out`,
    description,
    values === undefined && example ? `such as \`${example}\`` : '',
  ];
  return [make('code', name), ...prose(` ${words.filter(Boolean).join('; ')}`)];
}

/** What a value may be: the very values, where they are known. */
function kind({ const: only, enum: values = [only], type }) {
  if (values[0] === undefined) return [type].flat().join(' or ');
  return values.map((value) => `\`${value}\``).join(', ');
}

/** The headers of its answers, each with the statuses that it may come with. */
function headers(responses) {
  const all = Object.entries(responses);
  const named = Object.assign({}, ...all.map(([, answer]) => answer.headers));
  return Object.entries(named).map(([name, { $ref }]) => {
    const statuses = all.filter(([, answer]) => name in answer.headers).map(([status]) => status);
    const { schema, required, ...rest } = components.headers[$ref.split('/').at(-1)];
    const when = required ? 'always' : `may come with ${statuses.join(', ')}`;
    return field(name, [when], { ...schema, ...rest });
  });
}

/** What it answers: the success as it looks and what is in it, the headers, every refusal with its status in semantic mode. */
function results({ responses }) {
  const answers = new Map();
  for (const [status, { content }] of Object.entries(responses)) {
    const references = alternatives(content['application/json'].schema).map(({ $ref }) => $ref);
    for (const reference of references) answers.set(reference.split('/').at(-1), status);
  }
  const rows = [...answers].map(([name, status]) => [components.schemas[name], status]);
  const refused = rows.filter((row) => !isDone(row));
  return [
    details('Success', ...success(responses[200], rows.find(isDone)?.[0])),
    details('Headers', list(headers(responses))),
    details('Refusals', table(refused)),
  ];
}

function isDone([{ properties }]) {
  return properties.errno.const === '0';
}

/** `done`: the schema, if it is in JSON. */
function success({ content, description }, done) {
  const means = make('p', ...prose(description));
  if (done === undefined) return [make('p', make('code', Object.keys(content)[0])), means];
  return [means, make('pre', JSON.stringify(sample(done), null, 2)), list(fields(done))];
}

function table(rows) {
  const head = make('tr', ...['errno', 'errmsg', 'status'].map((title) => make('th', title)));
  const body = rows.map(([{ properties }, status]) => {
    const { data, errmsg, errno } = properties;
    const texts = errmsg.enum.flatMap((text, index) => [make(index > 0 ? 'i' : 'span', text), ' ']);
    if (errmsg.enum.length > 1) texts[0].lang = 'zh';
    const told = data === undefined ? [] : [list(fields(data))];
    return make('tr', make('td', errno.const), make('td', ...texts, ...told), make('td', status));
  });
  return make('table', make('thead', head), make('tbody', ...body));
}

/** A value of a schema's shape. */
function sample({ anyOf, const: only, enum: values, examples, items, properties, type }) {
  if (properties !== undefined) {
    return Object.fromEntries(Object.entries(properties).map(([name, of]) => [name, sample(of)]));
  }
  if (items !== undefined) return [sample(items)];
  if (anyOf !== undefined) return sample(anyOf[0]);
  return only ?? examples?.[0] ?? values?.[0] ?? { boolean: true, integer: 1, string: '…' }[type];
}

function alternatives(schema) {
  return schema === undefined ? [] : (schema.anyOf ?? [schema]);
}

/** Text with `code` in it. */
function prose(text) {
  return text.split('`').map((part, index) => (index % 2 > 0 ? make('code', part) : part));
}

function list(lines) {
  return make('ul', ...lines.map((line) => make('li', ...line)));
}

function details(title, ...children) {
  return make('details', make('summary', title), ...children);
}

function make(tag, ...children) {
  const element = document.createElement(tag);
  element.append(...children);
  return element;
}

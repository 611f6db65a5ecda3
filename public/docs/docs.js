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
  if (parameters.length > 0) element.append(details('Parameters', ...parameters.map(parameter)));
  bodies.forEach((body, index) => {
    element.append(details(index > 0 ? 'or body' : 'Body', ...fields(body)));
  });
  element.append(...results(operation));
  return element;
}

function parameter({ name, required, schema, ...rest }) {
  return field(name, `in the ${rest.in}`, required, schema);
}

function fields({ properties, required }) {
  return Object.entries(properties).map(([name, schema]) =>
    field(name, '', required.includes(name), schema),
  );
}

function field(name, where, required, schema) {
  const { description, enum: values, examples, maxLength, minLength, type } = schema;
  const size = [minLength, maxLength].filter((length) => length !== undefined);
  const words = [
    where,
    required ? '' : 'optional',
    values?.join(' | ') ?? [type].flat().join(' or '),
    values === undefined && size.length > 0
      ? `${[...new Set(size)].join(' to ')}${size.length > 1 ? '' : ' or more'} characters`
      : '',
    description,
    examples && `such as ${examples[0]}`,
  ];
  return make('p', make('code', name), ` ${words.filter(Boolean).join('; ')}`);
}

/** What it answers: the success as it looks, then every refusal with its status in semantic mode. */
function results({ responses }) {
  const answers = new Map();
  for (const [status, { content }] of Object.entries(responses)) {
    const references = alternatives(content['application/json'].schema).map(({ $ref }) => $ref);
    for (const reference of references) answers.set(reference.split('/').at(-1), status);
  }
  const rows = [...answers].map(([name, status]) => [components.schemas[name].properties, status]);
  const done = rows.find(([{ errno }]) => errno.const === '0');
  const refused = rows.filter(([{ errno }]) => errno.const !== '0');
  const type = Object.keys(responses[200].content)[0];
  return [
    details(
      'Success',
      done === undefined ? make('p', type) : make('pre', JSON.stringify(sample(done[0]), null, 2)),
    ),
    details('Refusals', table(refused)),
  ];
}

function table(rows) {
  const head = make('tr', ...['errno', 'errmsg', 'status'].map((title) => make('th', title)));
  const body = rows.map(([{ data, errmsg, errno }, status]) => {
    const texts = errmsg.enum.flatMap((text, index) => [make(index > 0 ? 'i' : 'span', text), ' ']);
    if (errmsg.enum.length > 1) texts[0].lang = 'zh';
    const told = data === undefined ? [] : [make('code', Object.keys(data.properties)[0])];
    return make('tr', make('td', errno.const), make('td', ...texts, ...told), make('td', status));
  });
  return make('table', make('thead', head), make('tbody', ...body));
}

/** A value of a schema's shape. */
function sample(schema) {
  if (schema.type === undefined && schema.anyOf === undefined) {
    return Object.fromEntries(Object.entries(schema).map(([name, of]) => [name, sample(of)]));
  }
  if (schema.properties !== undefined) return sample(schema.properties);
  if (schema.items !== undefined) return [sample(schema.items)];
  return (
    schema.const ??
    schema.examples?.[0] ??
    schema.enum?.[0] ??
    schema.anyOf?.[0].type ??
    schema.type
  );
}

function alternatives(schema) {
  return schema === undefined ? [] : (schema.anyOf ?? [schema]);
}

/** Text with `code` in it. */
function prose(text) {
  return text.split('`').map((part, index) => (index % 2 > 0 ? make('code', part) : part));
}

function details(title, ...children) {
  return make('details', make('summary', title), ...children);
}

function make(tag, ...children) {
  const element = document.createElement(tag);
  element.append(...children);
  return element;
}

/** A JSON value in which every text `$name` was replaced by that field; `$$` begins a text with a dollar. */
export function fillTemplate(template: unknown, fields: Readonly<Record<string, unknown>>): unknown {
  if (typeof template === 'string') return fillText(template, fields);
  if (Array.isArray(template)) return template.map((one) => fillTemplate(one, fields));
  if (typeof template !== 'object' || template === null) return template;
  return Object.fromEntries(Object.entries(template).map(([key, one]) => [key, fillTemplate(one, fields)]));
}

function fillText(text: string, fields: Readonly<Record<string, unknown>>): unknown {
  if (text.startsWith('$$')) return text.slice(1);
  return text.startsWith('$') ? fields[text.slice(1)] : text;
}

/** The fields that a template names. */
export function fieldsIn(template: unknown): string[] {
  if (typeof template === 'string')
    return template.startsWith('$') && !template.startsWith('$$') ? [template.slice(1)] : [];
  if (typeof template !== 'object' || template === null) return [];
  return Object.values(template).flatMap(fieldsIn);
}

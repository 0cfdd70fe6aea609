/** A member's name in each form that a file of it needs; the placeholders of the templates, `{{key}}` and so on. */
export interface Names {
  /** As people type it: `slow-close`. */
  name: string;
  /** As a key of an object literal: quoted where it must be. */
  key: string;
  /** As an identifier: `slowClose`. */
  camel: string;
  /** As a type: `SlowClose`. */
  pascal: string;
  /** As a heading: `Slow close`. */
  title: string;
}

const KEBAB_CASE = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
/** So that a path of it, and a line with it, stays readable. */
const MOST_CHARACTERS = 40;

const RESERVED = new Set(
  `arguments as async await break case catch class const continue debugger default delete do else enum eval export
  extends false finally for from function if implements import in instanceof interface let new null of package private
  protected public return satisfies static super switch this throw true try type typeof var void while with yield`.split(
    /\s+/,
  ),
);

export function namesOf(name: string): Names {
  const camel = name.replace(/-([a-z0-9])/g, (_, next: string) => next.toUpperCase());
  const words = name.replaceAll('-', ' ');
  return {
    name,
    key: camel === name ? name : `'${name}'`,
    camel,
    pascal: capital(camel),
    title: capital(words),
  };
}

/** Why a name can't be one for a new member of this kind, in a sentence; null when it can. */
export function nameProblem(kind: string, name: string): string | null {
  if (!KEBAB_CASE.test(name)) {
    return `'${name}' can't name a new ${kind}: it must be lower-case letters and digits in words joined by single dashes, from a letter on, such as slow-close.`;
  }
  if (name.length > MOST_CHARACTERS) {
    return `'${name}' can't name a new ${kind}: it is ${name.length} characters long, and ${MOST_CHARACTERS} are the most.`;
  }
  const { camel } = namesOf(name);
  // `console` is a name that reporters have; a new one that hides a global would only confuse.
  if (RESERVED.has(camel) || camel in globalThis) {
    return `'${name}' can't name a new ${kind}: in code it would be '${camel}', which JavaScript has for itself; add a word, such as ${name}-${kind}.`;
  }
  return null;
}

/** Replaces the placeholders of a template. */
export function fill(template: string, names: Names): string {
  return template.replace(/\{\{(name|key|camel|pascal|title)\}\}/g, (_, form: keyof Names) => names[form]);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

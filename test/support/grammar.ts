/** A grammar in Lark's syntax as one regular expression: for those without recursion, which are all of ours. */
export function grammarPattern(definition: string): RegExp {
  const rules = new Map(
    definition
      .split('\n')
      .filter((line) => line !== '')
      .map((line): [string, string] => {
        const [, name = '', body = ''] = /^(\w+):\s*(.*)$/.exec(line) ?? [];
        return [name, body];
      }),
  );
  const source = (body: string): string =>
    [...body.matchAll(/"([^"]*)"|\/((?:[^/\\]|\\.)*)\/|(\w+)|([|+*?()])/g)]
      .map(([, text, pattern, name, sign]) => {
        if (text !== undefined) return `(?:${text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')})`;
        if (pattern !== undefined) return `(?:${pattern})`;
        if (sign !== undefined) return sign;
        const rule = rules.get(name ?? '');
        if (rule === undefined) throw new Error(`The grammar has no rule ${name}.`);
        return `(?:${source(rule)})`;
      })
      .join('');
  return new RegExp(`^(?:${source(rules.get('start') ?? '')})$`);
}

/**
 * The codes of errors, each with what the comment beside it says.
 * @module
 */

export function errorTable(source) {
  const rows = [...source.matchAll(/'(TREFOIL_[A-Z]+)';? \/\/ (.*)$/gm)].map(([, code, says]) => [`\`${code}\``, says]);
  const codes = new Set([...source.matchAll(/\| '(TREFOIL_[A-Z]+)'/g)].map(([, code]) => code));
  if (rows.length !== codes.size) throw new Error('a code of src/errors.ts has no comment behind it');
  return { head: ['code', 'when', 'what to do'], rows };
}

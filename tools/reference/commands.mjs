/**
 * The arguments and options of each command.
 * @module
 */

const code = (text) => `\`${text}\``;
const escaped = (text) => text.replaceAll('|', '\\|');

/** What is said of an argument or option: its words, its choices, and whether it must be given. */
function words({ description, argChoices, mandatory }) {
  const choices = argChoices === undefined ? '' : ` (${argChoices.map(code).join(', ')})`;
  return `${escaped(description)}${choices}${mandatory === true ? '; required' : ''}`;
}

const byDefault = ({ defaultValue }) =>
  defaultValue === undefined || defaultValue === false ? '–' : code(defaultValue);

function rowsOf(command) {
  const args = command.registeredArguments.map((argument) => [
    code(`<${argument.name()}>`),
    '–',
    `${words(argument)}${argument.required ? '; required' : ''}`,
  ]);
  const options = command.options
    .filter(({ hidden }) => !hidden)
    .map((option) => [code(option.flags), byDefault(option), words(option)]);
  return [...args, ...options];
}

/** Commands that do something, each with the words that call it: those of a group follow its name. */
const leaves = (command, before = []) =>
  command.commands.flatMap((each) => {
    const words = [...before, each.name()];
    return each.commands.length > 0 ? leaves(each, words) : [{ command: each, name: words.join(' ') }];
  });

/** A table of all commands, and one for each. */
export function commandTables(program) {
  const commands = leaves(program);
  const usage = ({ command, name }) =>
    [
      'trefoil',
      name,
      ...command.registeredArguments.map((argument) => argument.name().toUpperCase()),
      ...command.options
        .filter(({ mandatory }) => mandatory)
        .map(({ flags }) => flags.replace(/<(.*)>/, (_, name) => name.toUpperCase())),
    ].join(' ');
  return [
    [
      'commands',
      {
        head: ['command', 'what it does'],
        rows: commands.map((each) => [code(usage(each)), each.command.description()]),
        isWhole: true,
      },
    ],
    ...commands.map(({ command, name }) => [
      `command ${name}`,
      { head: ['argument or option', 'default', 'what it does'], rows: rowsOf(command), isWhole: true },
    ]),
  ];
}

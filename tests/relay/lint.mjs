// Runs the rules for Relay of the GraphQL plugin over schemas, as the plugin ships them: an option can only stand in a
// schema itself. Arguments: the files; standard output, for each in order: [{"rule", "line", "message"}].

import graphql from "@graphql-eslint/eslint-plugin";
import { ESLint } from "eslint";

const names = ["relay-arguments", "relay-connection-types", "relay-edge-types", "relay-page-info"];

async function lint(file) {
  const linter = new ESLint({
    cwd: "/",
    overrideConfigFile: true,
    overrideConfig: {
      files: ["**/*.graphql"],
      languageOptions: { parser: graphql.parser, parserOptions: { graphQLConfig: { schema: file } } },
      plugins: { "@graphql-eslint": graphql },
      rules: Object.fromEntries(names.map((name) => [`@graphql-eslint/${name}`, "error"])),
    },
  });
  const [result] = await linter.lintFiles([file]);
  return result.messages.map(({ ruleId, line, message }) => ({ rule: ruleId, line, message }));
}

const told = [];
for (const file of process.argv.slice(2)) told.push(await lint(file));
process.stdout.write(JSON.stringify(told));

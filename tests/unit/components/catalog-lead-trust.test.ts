// Tests which trust policies let the caller of STS select the session name of a lead.
// Does not prove how AWS Service Catalog compares session names, or which name an identity provider writes into a SAML assertion.
import assert from "node:assert/strict";
import { statementsWithAnyName } from "@cloister/components/catalog/environments/lead-trust";

const nameIs = (value: unknown, operator = "StringEquals", key = "sts:RoleSessionName") => ({
  Condition: { [operator]: { [key]: value } },
});
const user = nameIs("${aws:username}");
const trust = (...statements: object[]) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: statements.map((statement) => ({ Effect: "Allow", Principal: { AWS: "111122223333" }, ...statement })),
  });
const assume = (more: object = {}) => trust({ Action: "sts:AssumeRole", ...more });
const first = ["statement 1"];

describe("trust policy of a lead", () => {
  const cases: [what: string, document: string, want: string[]][] = [
    ["the name of the IAM user", assume(user), []],
    ["the name of the IAM user with another case", assume(nameIs("${AWS:UserName}", "stringequals", "STS:rolesessionname")), []],
    ["the name of the IAM user after a prefix", assume(nameIs("lead-${aws:username}", "StringLike")), []],
    ["a tag of the principal", assume(nameIs(["${aws:PrincipalTag/person}"])), []],
    ["the subject of a SAML assertion", assume(nameIs("${saml:sub}")), []],
    ["the source identity of the calling session", assume(nameIs("${aws:SourceIdentity}")), []],
    ["one exact name", assume(nameIs("ana-horvat")), []],
    ["no condition", assume(), first],
    ["no condition in a statement with a Sid", assume({ Sid: "Leads" }), ["statement 'Leads'"]],
    ["another condition", assume({ Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } } }), first],
    ["another key", assume(nameIs("${aws:username}", "StringEquals", "sts:SourceIdentity")), first],
    ["any name", assume(nameIs("*", "StringLike")), first],
    ["names that start with the name of the IAM user", assume(nameIs("${aws:username}?", "StringLike")), first],
    ["a list of names", assume(nameIs(["ana-horvat", "ben-ito"])), first],
    ["an empty list of names", assume(nameIs([])), first],
    ["a parameter of the request", assume(nameIs("${sts:SourceIdentity}")), first],
    ["the name of the IAM user and a parameter of the request", assume(nameIs("${aws:username}${sts:SourceIdentity}")), first],
    ["a session tag of the request", assume(nameIs("${aws:RequestTag/person}")), first],
    ["a value that all users share", assume(nameIs("${aws:PrincipalAccount}")), first],
    ["a variable with a default value", assume(nameIs("${aws:username, 'ana-horvat'}")), first],
    ["any other name", assume(nameIs("${aws:username}", "StringNotEquals")), first],
    ["an absent name", assume(nameIs("${aws:username}", "StringEqualsIfExists")), first],
    ["an operator for sets", assume(nameIs("${aws:username}", "ForAllValues:StringEquals")), first],
    ["an action in a list", trust({ Action: ["sts:TagSession", "sts:AssumeRole"] }), first],
    ["an action in a list, with the name of the IAM user", trust({ Action: ["sts:TagSession", "sts:AssumeRole"], ...user }), []],
    [
      "wildcards in actions",
      trust({ Action: "sts:*" }, { Action: "*" }, { Action: "STS:Assume*" }),
      ["statement 1", "statement 2", "statement 3"],
    ],
    ["all actions but one", trust({ NotAction: "sts:TagSession" }), first],
    ["all actions but those of STS", trust({ NotAction: "sts:*" }), []],
    ["all actions but one of the actions that select a name", trust({ NotAction: ["sts:AssumeRole"] }), first],
    ["SAML, whose provider sets the name", trust({ Action: ["sts:AssumeRoleWithSAML", "sts:TagSession"] }), []],
    ["web identities, which select any name", trust({ Action: "sts:AssumeRoleWithWebIdentity" }), first],
    ["web identities with their subject", trust({ Action: "sts:AssumeRoleWithWebIdentity", ...nameIs("${idp.bank.example:sub}") }), []],
    ["a session tag only", trust({ Action: "sts:TagSession" }), []],
    ["a denied action", trust({ Effect: "Deny", Action: "sts:AssumeRole" }), []],
    ["one of two statements", trust({ Action: "sts:AssumeRole", ...user }, { Action: "sts:AssumeRole" }), ["statement 2"]],
    ["one statement outside a list", JSON.stringify({ Statement: { Effect: "Allow", Action: "sts:AssumeRole" } }), first],
    ["no action", trust({}), []],
    ["no statements", trust(), []],
    ["a document without the element Statement", "{}", ["a policy without statements"]],
    ["a document that is not JSON", "%7B", ["a policy without statements"]],
    ["an empty document", "", ["a policy without statements"]],
  ];
  for (const [what, document, want] of cases)
    it(`${want.length === 0 ? "fixes the session name" : "does not fix the session name"} with ${what}`, () =>
      assert.deepEqual(statementsWithAnyName(document), want));
});

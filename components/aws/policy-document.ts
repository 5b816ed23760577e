// Defines IAM policy statements, and builds policy documents. Pure.

export interface Statement {
  Sid: string;
  Effect: "Allow" | "Deny";
  Principal?: "*" | Record<string, string | string[]>;
  Action?: string | string[];
  NotAction?: string | string[];
  Resource?: string | string[];
  Condition?: Record<string, Record<string, string | string[]>>;
}

/** A policy statement with its description in the documentation. */
export interface Permission {
  about: string;
  statement: Statement;
}

export const document = (statements: readonly Statement[]) => JSON.stringify({ Version: "2012-10-17", Statement: statements });
export const policyDocumentOf = (permissions: readonly Permission[]) => document(permissions.map(({ statement }) => statement));

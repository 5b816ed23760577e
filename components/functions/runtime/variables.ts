/** An environment variable that the core stack sets. Errors: an `Error` that names the variable. */
export function variable(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "")
    throw new Error(`The environment variable ${name} is missing. Deploy the core stack again, which sets the variable.`);
  return value;
}

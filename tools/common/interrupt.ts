/** Work was ended on purpose, by Ctrl-C or by whoever ends processes; nothing was wrong with it. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
  constructor() {
    super("Interrupted. What was done is kept, and the same command goes on from there.");
  }
}

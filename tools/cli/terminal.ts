import { type Progress } from "@cloister/common";
import { type Command } from "commander";
import { type Interrupt } from "./interrupt";

/** The terminal of the user, as commands use it. */
export interface Terminal {
  progress: Progress;
  interrupt: Interrupt;
  print: (text: string) => void;
}

/** Adds a command to the program: name, options, help and action. One file in commands/ per command. */
export type AddCommand = (program: Command, terminal: Terminal) => void;

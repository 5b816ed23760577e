import { Graphviz } from "@hpcc-js/wasm-graphviz";

/** The SVG image of a graph in the DOT language, as an element without XML declaration. */
export const svgOf = async (dot: string): Promise<string> => (await Graphviz.load()).dot(dot).replace(/^[\s\S]*?(?=<svg)/, "");

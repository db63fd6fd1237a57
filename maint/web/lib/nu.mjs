// The Nu HTML checker, over files.
import { bounded, WEB } from "./common.mjs";

const JAR = `${WEB}/node_modules/vnu-jar/build/dist/vnu.jar`;

/** What it finds in a file, or in all files of a folder. */
export async function nu(...words) {
  const { said } = await bounded("java", ["-Xss2m", "-jar", JAR, "--format", "json", ...words], 600);
  const { messages } = JSON.parse(said.slice(said.indexOf("{")));
  return messages.map(({ url, lastLine, type, subType, message }) => ({
    where: `${url?.split("/").at(-1)}:${lastLine ?? ""}`,
    what: `${subType ?? type}: ${message}`,
  }));
}

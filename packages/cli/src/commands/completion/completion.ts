import { Argument, Command } from "commander";
import type { Terminal } from "../../output/terminal.ts";
import { examples } from "../examples.ts";

/** `isic completion`: help, and the shells that it knows. */
export function completionCommand(terminal: Terminal): Command {
  return new Command("completion")
    .description("Print a script that teaches a shell to complete this command.")
    .addArgument(new Argument("<shell>", "which shell").choices(["bash", "zsh", "fish"]))
    .addHelpText(
      "after",
      examples([
        ["source <(isic completion bash)", "in ~/.bashrc"],
        ["isic completion zsh > ~/.zfunc/_isic", "a folder of the fpath"],
        ["isic completion fish > ~/.config/fish/completions/isic.fish", "fish finds it there"],
      ]),
    )
    .action(async (shell: "bash" | "zsh" | "fish", _options: unknown, self: Command) => {
      const { completionScript } = await import("./completion.action.ts");
      const root = self.parent;
      if (root !== null) terminal.out.data(completionScript(shell, root));
    });
}

// Starts `mtlc lsp` for specs, and runs what its lenses offer in a terminal.

const vscode = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

const COMMANDS = {
  "mtlc.run": ["run"],
  "mtlc.plan": ["plan"],
  "mtlc.checkData": ["check", "--data"],
};

let client;

function program() {
  return vscode.workspace.getConfiguration("mtlc").get("path", "mtlc");
}

async function start() {
  const executable = { command: program(), args: ["lsp"] };
  client = new LanguageClient("mtlc", "mtlc", executable, {
    documentSelector: [{ language: "mtl" }],
    initializationOptions: { commands: Object.keys(COMMANDS) },
  });
  try {
    await client.start();
  } catch (error) {
    vscode.window.showErrorMessage(`mtlc does not start: ${error}. Where it lies is said by the setting mtlc.path.`);
  }
}

// A lens gives the address of its spec; from the palette, it is the one in sight.
async function inTerminal(words, address) {
  const uri = address ? vscode.Uri.parse(address) : vscode.window.activeTextEditor?.document.uri;
  if (!uri || uri.scheme !== "file") {
    vscode.window.showWarningMessage("mtlc: open a spec that lies in a file first.");
    return;
  }
  const document = vscode.workspace.textDocuments.find((one) => one.uri.toString() === uri.toString());
  if (document?.isDirty) {
    await document.save();
  }
  const folder = vscode.workspace.getWorkspaceFolder(uri)?.uri;
  // The program itself, and no shell: a path with spaces or signs is one argument.
  const task = new vscode.Task(
    { type: "mtlc" },
    vscode.TaskScope.Workspace,
    words[0],
    "mtlc",
    new vscode.ProcessExecution(program(), [...words, uri.fsPath], folder ? { cwd: folder.fsPath } : {}),
  );
  await vscode.tasks.executeTask(task);
}

async function activate(context) {
  for (const [name, words] of Object.entries(COMMANDS)) {
    context.subscriptions.push(vscode.commands.registerCommand(name, (address) => inTerminal(words, address)));
  }
  context.subscriptions.push(
    vscode.commands.registerCommand("mtlc.restart", async () => {
      await client?.stop();
      await start();
    }),
  );
  await start();
}

function deactivate() {
  return client?.stop();
}

module.exports = { activate, deactivate };

using System.Text;

namespace Workshop;

/// <summary>A folder for what a verb writes: made when it is not there, and refused in one line when it cannot be written.</summary>
internal sealed class OutputFolder
{
    private readonly string _path;
    private readonly string? _option;

    private OutputFolder(string path, string? option) => (_path, _option) = (path, option);

    /// <param name="path">The folder.</param>
    /// <param name="option">The option with which the user named it; <see langword="null"/>: it is one of ours, below <c>artifacts</c>.</param>
    /// <exception cref="InputException">The folder cannot be made or written.</exception>
    public static OutputFolder Open(string path, string? option = null)
    {
        var folder = new OutputFolder(path, option);
        folder.Try(() =>
        {
            // Tried before the work that is to be kept, not after it.
            Directory.CreateDirectory(path);
            var probe = Path.Combine(path, $".{Guid.NewGuid():N}");
            File.WriteAllText(probe, "");
            File.Delete(probe);
        });
        return folder;
    }

    public void Write(string name, string text) => Write(name, Encoding.UTF8.GetBytes(text));

    public void Write(string name, byte[] content) => Try(() => File.WriteAllBytes(Path.Combine(_path, name), content));

    private void Try(Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            var (what, advice) = _option is null ? (_path, "Make it a folder that you may write.") : ($"{_option} {_path}", "Name a folder that can be written.");
            throw new InputException($"{what}: cannot write there ({e.Message.TrimEnd('.')}). {advice}", e);
        }
    }
}

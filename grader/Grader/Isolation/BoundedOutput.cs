using System.Text;

namespace Grader;

/// <summary>Keeps the first characters that are printed and drops the rest: a loop that prints must not fill the memory.</summary>
internal sealed class BoundedOutput(int most) : TextWriter
{
    private readonly Lock _gate = new();
    private readonly StringBuilder _text = new();
    private bool _cut;

    public override Encoding Encoding => Encoding.UTF8;

    public override void Write(char value) => Write([value]);

    public override void Write(string? value) => Write(value.AsSpan());

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    public override void Write(ReadOnlySpan<char> buffer)
    {
        lock (_gate)
        {
            var room = most - _text.Length;
            _cut |= buffer.Length > room;
            _text.Append(buffer[..Math.Min(room, buffer.Length)]);
        }
    }

    /// <summary>What was printed since the last call.</summary>
    public string Take()
    {
        lock (_gate)
        {
            var text = _cut ? $"{_text}{Environment.NewLine}… (more was printed)" : _text.ToString();
            _text.Clear();
            _cut = false;
            return text;
        }
    }
}

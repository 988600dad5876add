namespace Workshop.Lesson;

/// <summary>Shows a <see cref="PracticeResult"/> in notebooks: as HTML without a script, and as text.</summary>
internal sealed class PracticeFormatterSource
{
    internal const string Html = "text/html";
    internal const string Text = "text/plain";

    /// <summary>Found by its name: see <see cref="TypeFormatterSourceAttribute"/>.</summary>
#pragma warning disable CA1822 // an engine makes an instance and calls it
    public IEnumerable<object> CreateTypeFormatters() => [new Formatter(Html, result => result.ToHtml()), new Formatter(Text, result => result.ToString())];
#pragma warning restore CA1822

    internal sealed class Formatter(string mimeType, Func<PracticeResult, string> write)
    {
        public string MimeType => mimeType;

        /// <returns>False for anything else, so that the engine asks its next formatter.</returns>
        public bool Format(object instance, TextWriter writer)
        {
            if (instance is not PracticeResult result)
                return false;
            writer.Write(write(result));
            return true;
        }
    }
}

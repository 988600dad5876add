using System.Net;
using System.Text;

namespace Workshop.Gallery;

/// <summary>Writes the gallery: a drawing, a text and a page for each story, and one page with all of them.</summary>
internal static class GalleryPage
{
    public static void Write(OutputFolder folder)
    {
        var page = new StringBuilder(
            """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>Timelines: a gallery</title>
            <style>
            :root{color-scheme:light dark}
            body{font:16px/1.5 "Helvetica Neue",Helvetica,Arial,"Liberation Sans","DejaVu Sans",sans-serif;margin:0 auto;max-width:1100px;padding:1.5rem;background:#fff;color:#1f2328}
            h2{margin:2.5rem 0 0}
            p{margin:.2rem 0 .6rem}
            figure{margin:0;overflow-x:auto}
            a{color:#0550ae}
            @media (prefers-color-scheme:dark){body{background:#0d1117;color:#e6edf3}a{color:#79b8ff} }
            </style>
            </head>
            <body>
            <main>
            <h1>Timelines: a gallery</h1>

            """);
        foreach (var story in GalleryStories.All)
        {
            var picture = story.Draw();
            folder.Write($"{story.Name}.svg", picture.Svg);
            folder.Write($"{story.Name}.txt", picture.Text);
            folder.Write($"{story.Name}.html", picture.Page);
            var links = $"<a href=\"{story.Name}.html\">page with every event</a> · <a href=\"{story.Name}.svg\">drawing</a> · <a href=\"{story.Name}.txt\">text</a>";

            var heading = WebUtility.HtmlEncode(story.Heading);
            page.Append($"<section aria-labelledby=\"{story.Name}\">\n<h2 id=\"{story.Name}\">{heading}</h2>\n<p>{WebUtility.HtmlEncode(story.LookFor)}</p>\n<figure>\n{picture.Svg}</figure>\n<p>{links}</p>\n</section>\n");
        }

        page.Append("</main>\n</body>\n</html>\n");
        folder.Write("index.html", page.ToString().ReplaceLineEndings("\n"));
    }
}

namespace Workshop.Tests;

public sealed class BadInputTests
{
    [Theory]
    [InlineData("juggle", "'juggle'")]
    [InlineData("lesson --consumers 0", "--consumers 0: must be a whole number from 1 to 100")]
    [InlineData("lesson --deadline -1", "--deadline -1: must be a number from 0")]
    [InlineData("lesson --items x", "--items x: must be a whole number from 1")]
    [InlineData("lesson --items 99999999999", "--items 99999999999: must be a whole number")]
    [InlineData("lesson --capacity 0", "--capacity 0")]
    [InlineData("lesson --seed -1", "--seed -1")]
    [InlineData("lesson --clock sundial", "sundial")]
    [InlineData("lesson --on threads --clock virtual", "--clock virtual needs --on loop")]
    [InlineData("lesson --items", "--items")]
    [InlineData("lesson --colour red", "--colour")]
    [InlineData("lesson --out /dev/null/folder", "--out /dev/null/folder: cannot write there")]
    [InlineData("check 99", "99")]
    [InlineData("check 03 --schedules 0", "--schedules 0")]
    [InlineData("hint", "See 'workshop hint --help'")]
    [InlineData("hint 99", "hint 99: there is no such exercise. There are: ")]
    [InlineData("hint 03 --rung 9", "hint 03 --rung 9: there are 3 hints")]
    [InlineData("check 03 --report page.pdf", "--report page.pdf: it is written as a page; name it FILE.html")]
    [InlineData("check 03 --report /dev/null/page.html", "--report /dev/null: cannot write there")]
    [InlineData("check 03 --authors --file x.cs", "--authors judges the files in solutions")]
    [InlineData("check 03 --manual-run", "--manual-run goes with --watch")]
    [InlineData("check 03 --watch --json", "leave out --json")]
    [InlineData("check 99 --watch", "check 99: there is no such exercise")]
    [InlineData("crawl --port 70000", "--port 70000: must be a whole number from 0 to 65535")]
    [InlineData("crawl --serve --json", "--serve runs no crawler: leave out --json")]
    [InlineData("crawl --file nowhere.cs", "nowhere.cs: there is no such file")]
    [InlineData("replay 03", "--trace")]
    [InlineData("replay 03 --trace s1.0.0..aa.bb", "--trace: it must begin with the number of a situation, 1 to 3, and a dot")]
    [InlineData("replay 03 --trace 1.s1.0.0", "was only a piece of it copied")]
    [InlineData("reset 99", "reset 99: there is no such exercise")]
    [InlineData("check 03 --file nowhere.cs", "nowhere.cs: there is no such file")]
    [InlineData("check --file nowhere.cs", "--file needs an exercise")]
    [InlineData("timeline", "See 'workshop timeline --help'")]
    [InlineData("timeline --gallery /dev/null/folder", "--gallery /dev/null/folder: cannot write there")]
    [InlineData("timeline log.jsonl --gallery folder", "--gallery draws stories of its own: leave out log.jsonl")]
    [InlineData("timeline nowhere.jsonl", "nowhere.jsonl: there is no such file")]
    [InlineData("timeline src", "src: cannot be read")]
    [InlineData("timeline README.md --out picture.svg", "README.md:1: not a JSON object of the expected form. Give it a log")]
    [InlineData("timeline global.json", "global.json:1: ")]
    [InlineData("timeline log.jsonl --out picture.png", "--out picture.png: the ending of a file says how to draw; name it .html, .svg, .txt, .figure.json or .trace.json")]
    [InlineData("timeline log.jsonl --out picture.json", "--out picture.json: the ending")]
    [InlineData("timeline log.jsonl --out /dev/null/folder/picture.svg", "--out /dev/null/folder: cannot write there")]
    [InlineData("notebook run nowhere.ipynb", "nowhere.ipynb")]
    [InlineData("notebook run README.md", "README.md")]
    [InlineData("notebook run notebooks --timeout 0", "--timeout 0")]
    [InlineData("notebook run", "See 'workshop notebook run --help'")]
    public async Task Run_BadInput_OneClearLineAndExit2(string arguments, string message)
    {
        var run = await CommandLine.RunAsync(arguments.Split(' '));
        Assert.Equal(2, run.ExitCode);
        Assert.Empty(run.Out);
        var line = Assert.Single(run.Error.TrimEnd('\n').Split('\n'));
        Assert.StartsWith("workshop: ", line, StringComparison.Ordinal);
        Assert.Contains(message, line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lesson_OutputThatTakesNothing_OneClearLineAndExit2()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "Needs a device that is always full.");
        var run = await CommandLine.RunOntoAsync("/dev/full", "lesson");
        Assert.Equal(2, run.ExitCode);
        Assert.StartsWith("workshop: cannot write: No space left on device", Assert.Single(run.Error.TrimEnd('\n').Split('\n')), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("check 03")]
    [InlineData("start")]
    public async Task Run_WithoutARepository_OneClearLineAndExit2(string arguments)
    {
        // The program's own folder lies in the repository, so it is copied out of it.
        using var folder = new TemporaryFolder();
        foreach (var file in Directory.GetFiles(AppContext.BaseDirectory))
            File.Copy(file, Path.Combine(folder.Path, Path.GetFileName(file)));
        var run = await CommandLine.RunProgramAsync(Path.Combine(folder.Path, "workshop.dll"), folder.Path, arguments.Split(' '));
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("Workshop.slnx", Assert.Single(run.Error.TrimEnd('\n').Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public async Task NotebookRun_FileThatIsNotJson_OneClearLineAndExit2()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "torn.ipynb");
        await File.WriteAllTextAsync(path, "{\"cells\": [");
        var run = await CommandLine.RunAsync("notebook", "run", path);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("torn.ipynb", Assert.Single(run.Error.TrimEnd('\n').Split('\n')), StringComparison.Ordinal);
    }
}

using System.Text;
using AutoForge.Activities.Email;

namespace AutoForge.Activities.Tests.Email;

public sealed class MimeWriterTests
{
    private static readonly MimeMessage Mail = new()
    {
        From = new("Ada", "ada@example.com"),
        To = [new(null, "bob@example.com")],
        Subject = "Hello",
        Text = "Hi",
        MessageId = "1@example.com",
        Date = new DateTimeOffset(2026, 3, 9, 8, 5, 7, TimeSpan.FromHours(2)),
    };

    [Fact]
    public void Write_PlainMail_ExactBytes() => Assert.Equal(
        """
        Date: Mon, 09 Mar 2026 08:05:07 +0200
        From: "Ada"
         <ada@example.com>
        To: bob@example.com
        Subject: Hello
        Message-ID: <1@example.com>
        Auto-Submitted: auto-generated
        MIME-Version: 1.0
        Content-Type: text/plain; charset=utf-8
        Content-Transfer-Encoding: quoted-printable

        Hi

        """.ReplaceLineEndings("\r\n"), Encoding.ASCII.GetString(MimeWriter.Write(Mail)));

    [Fact]
    public void Write_Bcc_IsNotInTheMail()
    {
        var text = Write(Mail with { To = [], Bcc = [new(null, "secret@example.com")] });
        Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
        Assert.Contains("To: undisclosed-recipients:;\r\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_LongEverything_LinesStayShortAndAscii()
    {
        var text = Write(Mail with
        {
            Subject = string.Concat(Enumerable.Repeat("Grüße 🎉 ", 200)),
            To = [.. Enumerable.Range(0, 100).Select(i => new Mailbox(new string('ä', 90), $"user{i}@example.com"))],
            Text = new string('x', 5000) + "\n" + string.Concat(Enumerable.Repeat("漢字 ", 1000)),
            Html = "<p>" + new string('y', 5000),
        });
        Assert.All(text.Split("\r\n"), line => Assert.InRange(line.Length, 0, 90));
        Assert.DoesNotContain(text, c => c > 126);
        Assert.DoesNotContain("\n\r", text.Replace("\r\n", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a\r\nBcc: eve@example.com")]
    [InlineData("a\nb")]
    [InlineData("a\rb")]
    [InlineData("a\0b")]
    [InlineData("a\u0085b")]
    [InlineData("a\u2028b")]
    [InlineData("a\u2029b")]
    public void Write_LineBreakInAnyHeaderField_Refused(string text)
    {
        var bad = new Mailbox(text, "x@example.com");
        var badAddress = new Mailbox(null, text + "@example.com");
        foreach (var mail in new[]
        {
            Mail with { Subject = text }, Mail with { MessageId = text }, Mail with { From = bad }, Mail with { ReplyTo = bad },
            Mail with { To = [bad] }, Mail with { Cc = [bad] }, Mail with { Bcc = [badAddress] }, Mail with { To = [badAddress] },
        })
            Assert.Equal("invalid_input", Assert.Throws<FaultException>(() => MimeWriter.Write(mail)).Fault.Code);
    }

    [Theory]
    [InlineData("a=b", "a=3Db")]
    [InlineData("ends with blank ", "ends with blank=20")]
    [InlineData("ends with tab\t", "ends with tab=09")]
    [InlineData("ü", "=C3=BC")]
    [InlineData("one\ntwo\r\nthree\rfour", "one\r\ntwo\r\nthree\r\nfour")]
    public void QuotedPrintable_Text_Encoded(string text, string expected)
    {
        var target = new StringBuilder();
        QuotedPrintable.Append(target, text);
        Assert.Equal(expected, target.ToString());
    }

    [Theory]
    [InlineData(75)]
    [InlineData(76)]
    [InlineData(77)]
    [InlineData(151)]
    [InlineData(152)]
    public void QuotedPrintable_LongLine_BrokenSoftly(int length)
    {
        var target = new StringBuilder();
        QuotedPrintable.Append(target, new string('x', length));
        Assert.All(target.ToString().Split("\r\n"), line => Assert.InRange(line.Length, 1, 76));
        Assert.Equal(length, target.ToString().Replace("=\r\n", "", StringComparison.Ordinal).Length);
    }

    private static string Write(MimeMessage mail) => Encoding.UTF8.GetString(MimeWriter.Write(mail));
}

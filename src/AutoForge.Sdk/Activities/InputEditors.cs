namespace AutoForge.Activities;

/// <summary>How a field can be edited in the designer.</summary>
public static class InputEditors
{
    /// <summary>One line of text; <c>{{ }}</c> places make it a template.</summary>
    public const string SingleLine = "singleline";

    /// <summary>Several lines of text; <c>{{ }}</c> places make it a template.</summary>
    public const string MultiLine = "multiline";

    /// <summary>Code with colours, without templates.</summary>
    public const string Code = "code-editor";

    /// <summary>Yes or no.</summary>
    public const string CheckBox = "checkbox";

    /// <summary>One of the options.</summary>
    public const string DropDown = "dropdown";

    /// <summary>One of the options, all of them visible.</summary>
    public const string RadioList = "radiolist";

    /// <summary>Any number of the options.</summary>
    public const string CheckList = "checklist";

    /// <summary>Any number of texts.</summary>
    public const string MultiText = "multitext";

    /// <summary>A time zone by its IANA name.</summary>
    public const string TimeZone = "time-zone";

    /// <summary>Any number of texts, each of which is also a way out of the activity.</summary>
    public const string Outcomes = "dynamic-outcomes";

    /// <summary>A list of names with a condition each.</summary>
    public const string Cases = "flow-switch-editor";

    /// <summary>One of the workflow's variables.</summary>
    public const string Variable = "variable-picker";

    /// <summary>One of the workflow's outputs.</summary>
    public const string WorkflowOutput = "output-picker";
}
